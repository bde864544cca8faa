package dev.tegula.cli.cockroach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.test.servers.cockroach.SaidToBeCockroach;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands behind the address is looked at before a database is made there. */
final class CockroachServerUrlTest {

    private static final String DATABASES = "SELECT count(*) FROM pg_database WHERE datname LIKE 'tegula\\_test\\_%'";

    @TempDir
    Path folder;

    private static String url(int port) {
        return "jdbc:postgresql://localhost:" + port + "/postgres?user=postgres";
    }

    @Test
    void address_ofAnotherDriver_isRefused() {
        assertThatThrownBy(() -> CockroachServer.empty(folder, "postgresql://localhost:26257/defaultdb"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll(CockroachServer.URL, "is no address", "jdbc:postgresql://localhost:26257/");
    }

    @Test
    void address_ofAPostgresql_isRefusedAndNothingIsMade() {
        ClinicDatabase clinic = ClinicDatabase.empty(folder);
        long before = clinic.number(DATABASES);
        assertThatThrownBy(() -> CockroachServer.empty(folder, url(ClinicDatabase.port())))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll(CockroachServer.URL + " leads to PostgreSQL ", "Expected is a CockroachDB");
        assertThat(clinic.number(DATABASES)).isEqualTo(before);
    }

    @Test
    void address_whereNobodyAnswers_isRefused() {
        assertThatThrownBy(() -> CockroachServer.empty(folder, url(1)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll(CockroachServer.URL, "leads to nothing that can be used", "refused");
    }

    @Test
    void address_thatIsOne_givesADatabaseOfItsOwn() {
        try (SaidToBeCockroach way = new SaidToBeCockroach(ClinicDatabase.port())) {
            ClinicDatabase made = CockroachServer.empty(folder, url(way.port()));
            assertThat(made.name()).startsWith("tegula_test_");
            assertThat(made.number("SELECT 1")).isEqualTo(1);
        }
    }
}
