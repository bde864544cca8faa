package dev.tegula.cli.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.output.Changes;
import dev.tegula.config.DatabaseSettings;
import dev.tegula.test.servers.NeedsPgBouncer;
import dev.tegula.test.servers.PgBouncerServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;

/** Statements have names where no pooler may give them to another connection. */
class DatabasesTest {

    @TempDir
    Path folder;

    @Test
    void pool_ofAServer_namesStatements() throws SQLException {
        assertThat(threshold(ClinicDatabase.empty(folder).url())).isEqualTo(5);
    }

    @Test
    void pool_ofAServerWithAnOptionInTheUrl_keepsToIt() throws SQLException {
        String url = ClinicDatabase.empty(folder).url();
        assertThat(threshold(url + (url.contains("?") ? "&" : "?") + "prepareThreshold=0"))
                .isZero();
    }

    @Nested
    @NeedsPgBouncer
    class Pooled {
        @Test
        void pool_ofAPooler_namesNone() throws SQLException {
            try (PgBouncerServer pooler = PgBouncerServer.open(ClinicDatabase.port(), 3)) {
                assertThat(threshold(pooler.url(ClinicDatabase.empty(folder).name())))
                        .isZero();
            }
        }
    }

    private static int threshold(String url) throws SQLException {
        DatabaseSettings database =
                new DatabaseSettings("main", url, Optional.of("postgres"), Optional.empty(), List.of(), List.of());
        try (HikariDataSource pool = Databases.pool(database, 1, new Changes());
                Connection connection = pool.getConnection()) {
            return connection.unwrap(PGConnection.class).getPrepareThreshold();
        }
    }
}
