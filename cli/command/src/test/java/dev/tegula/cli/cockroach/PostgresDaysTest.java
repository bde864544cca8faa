package dev.tegula.cli.cockroach;

import dev.tegula.cli.ClinicDatabase;
import java.nio.file.Path;

/** The same on PostgreSQL as it is. */
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
