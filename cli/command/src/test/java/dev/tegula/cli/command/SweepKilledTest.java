package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.Tegula;
import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.CommandProcess;
import dev.tegula.operations.rotation.Step;
import dev.tegula.test.servers.Proofs;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rotations that are killed, wherever they are, or stopped inside a transaction, and run again: each value is there, once. */
@Tag("proof")
@Tag("long")
class SweepKilledTest {

    private static final String BACKENDS =
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'tegula-reencrypt'";

    private static final List<Step> STEPS = List.of(Step.values());

    @TempDir
    Path folder;

    private final Map<String, Integer> killedIn = new TreeMap<>();
    private ClinicDatabase clinic;
    private int rows;

    @Test
    void rotate_killedAtRandomPlaces_isFinishedByTheNextRunAndLosesNothing() throws Exception {
        rows = Proofs.count(5_000, 1_000_000);
        int kills = Proofs.count(2, 1_000);
        Random random = new Random(Proofs.seed());
        clinic = clinicOf(rows);
        int ended = 0;
        int killed = 0;
        while (killed < kills) {
            CommandProcess run = CommandProcess.start(clinic, "rotate", "patient.ssn", "--yes");
            boolean inASweep = random.nextInt(4) > 0;
            if (inASweep) {
                long target = moved() + 1 + random.nextInt(rows / 50);
                run.until(() -> moved() >= target).then(random.nextInt(50));
            } else {
                Step step = STEPS.get(random.nextInt(STEPS.size()));
                run.until(() -> begun(run, step)).then(random.nextInt(300));
            }
            if (run.kill(0)) {
                killed++;
                String last = STEPS.stream()
                        .filter(step -> begun(run, step))
                        .reduce((before, after) -> after)
                        .map(Step::name)
                        .orElse("before the first");
                killedIn.merge(last, 1, Integer::sum);
            } else {
                ended++;
            }
        }
        expect(0, clinic.run("rotate", "patient.ssn", "--yes"));

        assertEachValueIsThere();
        if (kills >= STEPS.size() * 10) {
            assertThat(killedIn).containsKeys(Step.REENCRYPT.name(), Step.FENCE.name(), Step.VERIFY.name());
        }
        Proofs.done(
                "%,d kills of a rotation of %,d rows, in its steps %s, which ended %,d times in between: 0 lost",
                killed, rows, killedIn, ended);
    }

    /** Values moved since the table was made. */
    private long moved() {
        return clinic.number("SELECT coalesce(sum(moved), 0) FROM tegula_range");
    }

    /** Its steps are printed with a mark; those of the plan, with numbers, before. */
    private static boolean begun(CommandProcess run, Step step) {
        String line = "[^0-9] " + step.name().toLowerCase(Locale.ROOT) + "( .*)?";
        return run.printed().lines().anyMatch(printed -> printed.strip().matches(line));
    }

    @Test
    void rotate_besideAWorkerThatStandsStillInItsTransaction_endsAndTheWorkerChangesNothing() throws Exception {
        rows = Proofs.count(2_000, 100_000);
        clinic = clinicOf(rows);
        expect(0, clinic.run("rotate", "patient.ssn", "--until", "activate", "--yes"));
        CommandProcess worker =
                CommandProcess.start(clinic, "reencrypt", "patient.ssn", "--batch=20", "--max-rate=200", "--yes");
        try {
            worker.until(() -> stoppedInside(worker));
            long held = clinic.number(BACKENDS);
            // The rows that it holds are left to it until the server ends its transaction.
            expect(0, clinic.run("reencrypt", "patient.ssn", "--yes"));
            assertThat(held).as("a backend of the worker that stands still").isPositive();
        } finally {
            worker.signal("CONT");
        }
        assertThat(worker.exit()).as(worker::printed).isZero();
        assertEachValueIsThere();
    }

    /** Stops it, and lets it go on where it is not inside a transaction. */
    private boolean stoppedInside(CommandProcess worker) {
        worker.signal("STOP");
        boolean inside = clinic.number(BACKENDS + " AND state = 'idle in transaction'") > 0;
        if (!inside) {
            worker.signal("CONT");
        }
        return inside;
    }

    private ClinicDatabase clinicOf(int patients) throws Exception {
        ClinicDatabase made = ClinicDatabase.withPatients(folder, 0);
        made.edit("  keys:\n", "  keys:\n    write-lease: 500ms\n");
        try (Tegula tegula = made.engine();
                Connection connection = made.dataSource().getConnection();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO patient (id, ssn) VALUES (?, ?)")) {
            connection.setAutoCommit(false);
            FieldCipher<String> ssn = tegula.field("patient.ssn", String.class);
            for (int id = 0; id < patients; id++) {
                insert.setInt(1, id);
                insert.setBytes(2, ssn.encrypt("canary-" + id, Context.noTenant()));
                insert.addBatch();
                if (id % 1_000 == 999) {
                    insert.executeBatch();
                }
            }
            insert.executeBatch();
            connection.commit();
        }
        made.execute("ANALYZE patient");
        return made;
    }

    private void assertEachValueIsThere() throws Exception {
        BitSet seen = new BitSet(rows);
        try (Tegula tegula = clinic.engine();
                Connection connection = clinic.dataSource().getConnection();
                PreparedStatement select = connection.prepareStatement("SELECT id, ssn FROM patient")) {
            FieldCipher<String> ssn = tegula.field("patient.ssn", String.class);
            connection.setAutoCommit(false);
            select.setFetchSize(5_000);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    assertThat(ssn.decrypt(row.getBytes(2), Context.noTenant())).isEqualTo("canary-" + row.getInt(1));
                    seen.set(row.getInt(1));
                }
            }
        }
        assertThat(seen.cardinality()).isEqualTo(rows);
        assertThat(clinic.number("SELECT count(DISTINCT substring(ssn from 3 for 32)) FROM patient"))
                .as("keys that values are under")
                .isEqualTo(1);
    }
}
