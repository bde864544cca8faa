package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Tegula;
import dev.tegula.cli.ChildJvm;
import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.RootClinic;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The rotation of the registry's root, killed where it waits inside each of its transactions and between them: what it left is the state
 * before or the one after, and the same command goes on.
 */
@Tag("long")
class RotateRegistryKilledTest {

    private static final long GATE = 79;
    private static final String ROOTS = "SELECT count(*) FROM tegula_key WHERE purpose = 'REGISTRY' AND state = '%s'";
    private static final String MARKS = "SELECT count(*) FROM tegula_audit WHERE action = 'tegula.audit.root'";

    @TempDir
    Path folder;

    private ClinicDatabase clinic;

    @Test
    void rotation_killedAtEachOfItsPlaces_isTheStateBeforeOrAfterAndGoesOn() throws Exception {
        RootClinic roots = RootClinic.of(folder);
        clinic = roots.clinic();
        String before = roots.pins().get(0);

        killedAt("tegula_key", "INSERT", "NEW.purpose = 'REGISTRY'");
        assertThat(clinic.number(ROOTS.formatted("PENDING"))).isZero();
        killedAt("tegula_key", "UPDATE", "NEW.exported_at IS DISTINCT FROM OLD.exported_at");
        assertThat(clinic.number(ROOTS.formatted("PENDING"))).isEqualTo(1);
        String next = roots.made();
        assertThat(clinic.number(ROOTS.formatted("PENDING") + " AND exported_at IS NOT NULL"))
                .isEqualTo(1);
        assertThat(roots.pins()).containsExactly(before, next);

        for (String place : List.of(
                "tegula_audit_head",
                "tegula_key",
                "tegula_field",
                "tegula_index",
                "tegula_secret",
                "tegula_secret_version",
                "tegula_census")) {
            killedAt(place, "UPDATE", "NEW.seal IS DISTINCT FROM OLD.seal");
            assertThat(clinic.number(ROOTS.formatted("DECRYPT_ONLY"))).as(place).isZero();
            assertThat(clinic.number(MARKS)).as(place).isZero();
            expect(0, clinic.run("verify", "patient.ssn"));
            expect(0, clinic.run("audit", "verify"));
        }
        killedAt("tegula_key", "UPDATE", "NEW.exported_at IS DISTINCT FROM OLD.exported_at");
        assertThat(clinic.number(ROOTS.formatted("DECRYPT_ONLY"))).isEqualTo(1);
        assertThat(clinic.number(MARKS)).isEqualTo(17);
        assertThat(roots.rotate(0).out()).contains("All keys are backed up in", "--finish");
        assertThat(roots.rotate(0).out()).doesNotContain("All keys are backed up in");

        killedAt("tegula_key", "UPDATE", "NEW.state = 'RETIRED'", "--finish");
        assertThat(clinic.number(ROOTS.formatted("DECRYPT_ONLY"))).isEqualTo(1);
        roots.rotate(0, "--finish");
        roots.pin(next);
        assertThat(clinic.number(ROOTS.formatted("RETIRED"))).isEqualTo(1);
        assertThat(clinic.number(MARKS)).isEqualTo(17);
        expect(0, clinic.run("audit", "verify"));
        expect(0, clinic.run("doctor"));
        try (Tegula after = roots.application("new-app", next)) {
            assertThat(RootClinic.encrypt(after, "patient.ssn")).isNotEmpty();
        }
        assertThat(clinic.read()).hasSize(3);
    }

    @Test
    void abandon_killedAtEachOfItsPlaces_leavesTheRootWaitingAndIsRunAgain() throws Exception {
        RootClinic roots = RootClinic.of(folder);
        clinic = roots.clinic();
        String before = roots.pins().get(0);
        String next = roots.made();

        for (String place : List.of("tegula_key", "tegula_audit_head")) {
            killedAt(place, "UPDATE", "true", "--abandon");
            assertThat(clinic.number(ROOTS.formatted("PENDING") + " AND wrapped IS NOT NULL"))
                    .as(place)
                    .isEqualTo(1);
        }
        roots.rotate(0, "--abandon");
        assertThat(clinic.number(ROOTS.formatted("DESTROYED") + " AND wrapped IS NULL"))
                .isEqualTo(1);
        roots.pin(before);
        expect(0, clinic.run("audit", "verify"));

        assertThat(roots.made()).isNotEqualTo(next);
        roots.rotate(0);
        roots.rotate(0, "--finish");
        assertThat(clinic.read()).hasSize(3);
    }

    /** Kills it once a row of the table keeps it waiting, in the middle of its transaction. */
    private void killedAt(String table, String change, String when, String... options) throws Exception {
        clinic.execute("CREATE OR REPLACE FUNCTION gate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                + " PERFORM pg_advisory_xact_lock(" + GATE + "); RETURN NEW; END $$; CREATE TRIGGER gate BEFORE "
                + change
                + " ON " + table + " FOR EACH ROW WHEN (" + when + ") EXECUTE FUNCTION gate()");
        String waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = " + GATE
                + " AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        try (Connection holder = clinic.dataSource().getConnection();
                Statement statement = holder.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(" + GATE + ")");
            List<String> line = new ArrayList<>(List.of("keys", "rotate-registry", "--yes"));
            line.addAll(List.of(options));
            line.add("--config=" + clinic.file());
            File log = folder.resolve("killed.log").toFile();
            Process run = new ProcessBuilder(ChildJvm.tegula(line.toArray(String[]::new)))
                    .redirectErrorStream(true)
                    .redirectOutput(log)
                    .start();
            try {
                RootClinic.await(() -> clinic.number(waiting) > 0 || !run.isAlive());
                assertThat(clinic.number(waiting))
                        .as(table + " " + Files.readString(log.toPath(), UTF_8))
                        .isPositive();
            } finally {
                run.destroyForcibly();
                assertThat(run.waitFor(5, TimeUnit.MINUTES)).isTrue();
            }
            RootClinic.await(() -> clinic.number(waiting) == 0);
            statement.execute("SELECT pg_advisory_unlock(" + GATE + ")");
        }
        clinic.execute("DROP TRIGGER gate ON " + table);
    }
}
