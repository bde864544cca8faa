package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.Tegula;
import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.CommandProcess;
import dev.tegula.test.servers.Proofs;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rotations that are killed, wherever they are, or stopped inside a transaction, and run again: each value is there, once. */
@Tag("proof")
class SweepKilledTest {

    private static final String BACKENDS =
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'tegula-reencrypt'";

    @TempDir
    Path folder;

    private ClinicDatabase clinic;
    private int rows;

    @Test
    void rotate_killedAtRandomPlaces_isFinishedByTheNextRunAndLosesNothing() throws Exception {
        rows = Proofs.count(5_000, 1_000_000);
        int kills = Proofs.count(2, 1_000);
        Random random = new Random(Proofs.seed());
        clinic = clinicOf(rows);
        int killed = 0;
        int ended = 0;
        while (killed < kills) {
            CommandProcess run = CommandProcess.start(clinic, "rotate", "patient.ssn", "--yes");
            // Until it is at work the JVM starts; from then on any place is as good.
            run.until(() -> clinic.number(BACKENDS) > 0).then(random.nextInt(2_000));
            if (run.kill(0)) {
                killed++;
            } else {
                ended++;
            }
        }
        expect(0, clinic.run("rotate", "patient.ssn", "--yes"));

        assertEachValueIsThere();
        Proofs.done(
                "%,d kills of a rotation of %,d rows, which ended %,d times in between: 0 lost", killed, rows, ended);
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
        made.edit("  keys:\n", "  keys:\n    write-lease: 300ms\n");
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
