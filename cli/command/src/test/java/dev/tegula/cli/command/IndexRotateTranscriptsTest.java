package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Context;
import dev.tegula.Tegula;
import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Recorded;
import dev.tegula.cli.Transcript;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The key of a blind index, replaced from the command line. */
@Recorded
@Tag("long")
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
        expect(2, clinic.run("index", "rotate", "patient.ssn"));
        assertThat(expect(0, clinic.run("index", "rotate", "patient.ssn", "--dry-run"))
                        .out())
                .contains("3 rows without an index would get one first");
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
    void backfill_afterARotation_fillsIndexAndNextColumn() {
        clinic.rotatingIndex();
        expect(0, clinic.run("index", "rotate", "patient.ssn", "--yes"));
        clinic.execute("UPDATE patient SET ssn_index = NULL, ssn_next = NULL WHERE id = 2");
        String next = "tegula index backfill public.patient.ssn_index";
        assertThat(expect(0, clinic.run("status")).out()).contains(next);
        assertThat(expect(3, clinic.run("index", "verify", "patient.ssn")).out())
                .contains("tegula index backfill patient.ssn");

        expect(0, clinic.run("index", "backfill", "public.patient.ssn_index", "--yes"));

        assertThat(moved()).isEqualTo(3);
        expect(0, clinic.run("index", "verify", "patient.ssn"));
    }

    @Test
    void rotate_severalNames_movesEachFieldOnce() {
        clinic.rotatingIndex();
        String index = "public.patient.ssn_index";
        assertThat(expect(0, clinic.run("index", "rotate", index, "patient.*", "patient.ssn", "--yes"))
                        .out())
                .containsOnlyOnce("3 rows moved");
        assertThat(moved()).isEqualTo(3);
        assertThat(expect(0, clinic.run("index", "rotate", index, "--dry-run")).out())
                .contains("of the blind indexes of patient.ssn:");
        expect(7, clinic.run("index", "rotate", "public.patient.ssn_indx", "--yes"));
        expect(7, clinic.run("index", "rotate", "patient.n*", "--yes"));
    }

    /** Values were there before the index, of which its normaliser leaves nothing; the operator sees which, and is stopped by none. */
    @Test
    void rowsThatCanHaveNoIndex_areNamedAndInNoWay() throws Exception {
        clinic.rotatingIndex();
        try (Tegula tegula = clinic.engine();
                Connection connection = clinic.dataSource().getConnection();
                PreparedStatement update = connection.prepareStatement("UPDATE patient SET ssn = ? WHERE id = 2")) {
            update.setBytes(1, tegula.field("patient.ssn", String.class).encrypt("unknown", Context.noTenant()));
            update.executeUpdate();
        }
        String row = "row id=2  its normaliser or tokeniser refuses the value";
        assertThat(expect(3, clinic.run("index", "backfill", "patient.ssn", "--yes"))
                        .out())
                .contains("2 rows filled, 1 left")
                .contains(row);
        Transcript verified = expect(3, clinic.run("index", "verify", "patient.ssn"));
        assertThat(verified.out()).contains(row).doesNotContain("tegula index backfill");
        assertThat(expect(0, clinic.run("index", "rotate", "patient.ssn", "--yes"))
                        .out())
                .contains("row id=2 has no index: its normaliser or tokeniser refuses the value")
                .contains("2 rows moved");
        clinic.execute("DELETE FROM patient WHERE id = 2");
        expect(0, clinic.run("index", "verify", "patient.ssn"));
    }

    @Test
    void nextColumnThatAnEarlierReleaseDoesNotPublish_isMissedByEveryCommandThatNeedsIt() {
        clinic.rotatingIndex();
        expect(0, clinic.run("index", "rotate", "patient.ssn", "--yes"));
        clinic.publishIndex("ssn_index", "tegula.digits_only", 256, "ssn_index");
        String said = "an instance of a release that does not map it published the index last";
        for (String command : new String[] {"backfill", "rotate"}) {
            assertThat(expect(7, clinic.run("index", command, "patient.ssn", "--yes"))
                            .err())
                    .contains(said)
                    .contains("next column, ssn_next,")
                    .doesNotContain("ALTER TABLE");
        }
        assertThat(expect(7, clinic.run("doctor")).out()).contains(said);

        clinic.publishIndex("ssn_index", Optional.of("ssn_next"), "tegula.digits_only", 256, "ssn_index");
        expect(0, clinic.run("index", "backfill", "patient.ssn", "--yes"));
        expect(0, clinic.run("index", "rotate", "patient.ssn", "--yes"));
    }

    @Test
    void nextColumnOfAnotherType_isRefusedByEveryCommand_beforeAnything() {
        clinic.index();
        clinic.execute("ALTER TABLE patient ADD ssn_next text");
        clinic.publishIndex("ssn_index", Optional.of("ssn_next"), "tegula.digits_only", 256, "ssn_index");
        String cure = "ALTER TABLE \"public\".\"patient\" DROP \"ssn_next\", ADD \"ssn_next\" bytea UNIQUE";
        for (String command : new String[] {"backfill", "rotate"}) {
            assertThat(expect(7, clinic.run("index", command, "patient.ssn", "--yes"))
                            .err())
                    .contains("ssn_next of public.patient.ssn_index is text")
                    .contains(cure);
        }
        assertThat(expect(7, clinic.run("doctor")).out()).contains(cure);
        assertThat(clinic.number("SELECT count(ssn_index) FROM patient")).isZero();

        clinic.execute(cure);
        expect(0, clinic.run("index", "backfill", "patient.ssn", "--yes"));
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
