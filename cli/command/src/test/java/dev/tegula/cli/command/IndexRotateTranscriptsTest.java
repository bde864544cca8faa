package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Recorded;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The key of a blind index, replaced from the command line. */
@Recorded
class IndexRotateTranscriptsTest {

    @TempDir
    Path folder;

    private ClinicDatabase clinic;

    @BeforeEach
    void clinic() {
        clinic = ClinicDatabase.withPatients(folder, 3);
    }

    private long moved() {
        return clinic.number("SELECT count(*) FROM patient WHERE ssn_index = substring(ssn_next from 33)");
    }

    @Test
    void rotate_anIndexWithANextColumn_movesItsRowsAndRetiresTheOldKey() {
        clinic.rotatingIndex();
        assertThat(expect(8, clinic.run("index", "rotate", "patient.ssn", "--yes"))
                        .err())
                .contains("tegula index backfill public.patient.ssn_index");
        expect(0, clinic.run("index", "backfill", "patient.ssn", "--yes"));
        expect(2, clinic.run("index", "rotate", "patient.ssn"));
        expect(0, clinic.run("index", "rotate", "patient.ssn", "--dry-run"));
        assertThat(clinic.number("SELECT count(*) FROM tegula_key WHERE purpose = 'INDEX'"))
                .isEqualTo(1);

        expect(0, clinic.run("index", "rotate", "patient.ssn", "--yes"));

        assertThat(moved()).isEqualTo(3);
        expect(0, clinic.run("keys", "list", "patient.ssn"));
        expect(0, clinic.run("index", "verify", "patient.ssn"));
        expect(0, clinic.run("index", "rotate", "patient.ssn", "--yes"));
        assertThat(moved()).isEqualTo(3);
    }

    @Test
    void backfill_afterARotation_isRefusedBecauseItsFencesWantBothColumns() {
        clinic.rotatingIndex();
        expect(0, clinic.run("index", "backfill", "patient.ssn", "--yes"));
        expect(0, clinic.run("index", "rotate", "patient.ssn", "--yes"));

        assertThat(expect(8, clinic.run("index", "backfill", "patient.ssn", "--yes"))
                        .err())
                .contains("index and next column together");
    }

    @Test
    void rotate_anIndexWithoutANextColumn_isRefusedWithTheStatement() {
        clinic.index();
        assertThat(expect(7, clinic.run("index", "rotate", "patient.ssn", "--yes"))
                        .err())
                .contains("ADD \"ssn_index_next\" bytea UNIQUE");
        expect(7, clinic.run("index", "rotate", "patient.note", "--yes"));
    }
}
