package dev.tegula.cli.cockroach;

import dev.tegula.cli.ClinicDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** The same on a CockroachDB, in databases of its own: {@code TEGULA_TEST_COCKROACH_URL}. */
@EnabledIfEnvironmentVariable(
        named = CockroachServer.URL,
        matches = ".+",
        disabledReason = "there is no address of a CockroachDB in TEGULA_TEST_COCKROACH_URL")
final class CockroachServerTest extends CockroachDays {

    @Override
    ClinicDatabase empty(Path at) {
        return CockroachServer.empty(at, System.getenv(CockroachServer.URL));
    }

    @Override
    boolean cockroach() {
        return true;
    }
}
