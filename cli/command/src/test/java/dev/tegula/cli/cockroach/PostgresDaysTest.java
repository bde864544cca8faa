package dev.tegula.cli.cockroach;

import dev.tegula.cli.ClinicDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;

/** The same on PostgreSQL as it is. */
@Tag("long")
final class PostgresDaysTest extends CockroachDays {

    @Override
    ClinicDatabase empty(Path at) {
        return ClinicDatabase.empty(at);
    }

    @Override
    boolean cockroach() {
        return false;
    }
}
