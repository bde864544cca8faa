package dev.tegula.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.UnavailableException;
import dev.tegula.jdbc.Dialect.Product;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A standby may be behind: an old ACTIVE key read there would look like the present one. */
final class StandbyTest {

    @Test
    void readCommitted_onAStandby_isRefused(@TempDir Path directory) throws IOException {
        Path data = directory.resolve("data");
        try (EmbeddedPostgres primary = server(data)) {
            assertThat(new Transactions(primary.getPostgresDatabase()).dialect().product())
                    .isEqualTo(Product.POSTGRESQL);
        }
        Files.createFile(data.resolve("standby.signal"));

        try (EmbeddedPostgres standby = server(data)) {
            Transactions transactions = new Transactions(standby.getPostgresDatabase());
            assertThatThrownBy(transactions::dialect)
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("standby");
            try (KeptConnection kept = new KeptConnection(
                    standby.getPostgresDatabase(), KeptConnectionTest.LIMITS, "tegula-test", connection -> false)) {
                assertThatThrownBy(() -> kept.once(session -> 1))
                        .isInstanceOfSatisfying(SQLException.class, e -> assertThat(SqlFailures.retryable(e))
                                .isTrue());
                assertThatThrownBy(() -> kept.serializable(session -> 1))
                        .isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getSQLState())
                                .isEqualTo("25006"));
            }
        }
    }

    private static EmbeddedPostgres server(Path data) throws IOException {
        return EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofMinutes(2))
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setServerConfig("fsync", "off")
                .start();
    }
}
