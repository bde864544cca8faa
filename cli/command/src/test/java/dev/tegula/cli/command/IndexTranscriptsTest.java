package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Recorded;
import dev.tegula.cli.Transcript;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blind indexes, from a column with rows to one that is unique, complete and compared. */
@Recorded
@Tag("long")
class IndexTranscriptsTest {

    private static final String WRONG =
            "UPDATE patient SET ssn_index = set_byte(ssn_index, 0, 255 - get_byte(ssn_index, 0)) WHERE id = 2";

    @TempDir
    Path folder;

    private ClinicDatabase clinic;

    @BeforeEach
    void clinic() {
        clinic = ClinicDatabase.withPatients(folder, 3);
    }

    private long filled() {
        return clinic.number("SELECT count(ssn_index) FROM patient");
    }

    @Test
    void backfill_ofRowsThatAreThere_goesFromDoctorToDoctor() {
        clinic.index();
        assertThat(expect(7, clinic.run("doctor")).out()).contains("CREATE UNIQUE INDEX");
        assertThat(expect(0, clinic.run("schema", "checks", "patient.ssn")).out())
                .contains("length(\"ssn_index\") = 32");
        clinic.execute("CREATE UNIQUE INDEX ON patient (ssn_index)");
        assertThat(expect(0, clinic.run("status")).out())
                .contains("tegula index backfill public.patient.ssn_index")
                .doesNotContain("All values are under ACTIVE keys");
        assertThat(expect(0, clinic.run("index", "backfill", "patient.ssn", "--dry-run"))
                        .out())
                .contains("3 rows would be filled");
        assertThat(filled()).isZero();

        expect(0, clinic.run("index", "backfill", "patient.ssn", "--yes"));

        assertThat(filled()).isEqualTo(3);
        expect(0, clinic.run("index", "verify", "public.patient.ssn_index"));
        expect(0, clinic.run("index", "backfill", "patient.ssn", "--yes"));
        expect(0, clinic.run("fields", "list"));
        expect(0, clinic.run("status"));
        expect(0, clinic.run("doctor"));
    }

    @Test
    void backfill_withoutAnAnswer_changesNothing() {
        clinic.index();
        expect(2, clinic.run("index", "backfill", "patient.ssn"));
        expect(8, clinic.answer("no", "index", "backfill", "patient.ssn"));
        assertThat(filled()).isZero();
    }

    @Test
    void backfill_equalValuesInAUniqueColumn_isPartialAndNamesTheRow() {
        clinic.index();
        clinic.execute("CREATE UNIQUE INDEX ON patient (ssn_index)");
        clinic.execute("UPDATE patient SET ssn = (SELECT ssn FROM patient WHERE id = 1) WHERE id = 2");

        Transcript run = expect(3, clinic.run("index", "backfill", "patient.ssn", "--yes"));

        assertThat(run.out()).contains("row id=2").doesNotContain("canary");
        assertThat(filled()).isEqualTo(2);
        expect(3, clinic.run("index", "verify", "patient.ssn"));
    }

    @Test
    void verify_indexOfAnotherValue_exitsSixAndDoctorSeesIt() {
        clinic.index();
        clinic.execute("CREATE UNIQUE INDEX ON patient (ssn_index)");
        expect(0, clinic.run("index", "backfill", "patient.ssn", "--yes"));
        clinic.execute(WRONG);

        assertThat(expect(6, clinic.run("index", "verify", "patient.ssn")).out())
                .contains("row id=2");
        assertThat(expect(6, clinic.run("doctor")).out()).contains("tegula index verify public.patient.ssn_index");

        clinic.execute("UPDATE patient SET ssn_index = NULL WHERE id = 2");
        expect(0, clinic.run("index", "backfill", "patient.ssn", "--yes"));
        expect(0, clinic.run("index", "verify", "patient.ssn"));
    }

    @Test
    void backfill_triggerOnTheTable_isRefusedUntilItIsAccepted() {
        clinic.index();
        clinic.execute("CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'");
        clinic.execute("CREATE TRIGGER noted BEFORE UPDATE ON patient FOR EACH ROW EXECUTE FUNCTION noted()");

        assertThat(expect(8, clinic.run("index", "backfill", "patient.ssn", "--yes"))
                        .err())
                .contains("--accept-triggers");
        expect(0, clinic.run("index", "backfill", "patient.ssn", "--accept-triggers", "--yes"));
        assertThat(filled()).isEqualTo(3);
    }

    @Test
    void names_thatMeanNoIndex_areRefusedWithWhatThereIs() {
        clinic.index();
        expect(7, clinic.run("index", "verify", "patient.snn"));
        expect(7, clinic.run("index", "backfill", "public.patient.ssn_indx", "--yes"));
    }

    @Test
    void normaliser_thatIsNotHere_isNamed() {
        clinic.execute("ALTER TABLE patient ADD ssn_last bytea");
        clinic.publishIndex("ssn_last", "clinic.last_four", 256);

        assertThat(expect(7, clinic.run("index", "backfill", "patient.ssn", "--yes"))
                        .err())
                .contains("clinic.last_four version 1", "META-INF/services");
    }

    @Test
    void forgedRow_isNotBelievedAndRemoved() {
        clinic.index();
        clinic.execute("UPDATE tegula_index SET normalizers = '{tegula.exact}'");

        assertThat(expect(7, clinic.run("index", "backfill", "patient.ssn", "--yes"))
                        .err())
                .contains("blind index");
        assertThat(expect(6, clinic.run("doctor")).out()).contains("tegula fields remove public.patient.ssn_index");
        expect(0, clinic.run("status"));
        expect(0, clinic.run("fields", "remove", "public.patient.ssn_index", "--yes"));
        assertThat(clinic.number("SELECT count(*) FROM tegula_index")).isZero();
        assertThat(clinic.number("SELECT count(*) FROM tegula_field")).isEqualTo(1);
    }

    @Test
    void columnThatIsGone_isNamedAndRemoved() {
        clinic.index();
        clinic.execute("ALTER TABLE patient DROP COLUMN ssn_index");

        expect(7, clinic.run("doctor"));
        expect(0, clinic.run("status"));
        expect(7, clinic.run("index", "backfill", "patient.ssn", "--yes"));
        expect(0, clinic.run("fields", "remove", "public.patient.ssn_index", "--yes"));
        expect(0, clinic.run("doctor"));
    }

    @Test
    void fieldsImport_ofWhatFieldsListPrinted_bringsIndexesBack() throws Exception {
        clinic.index();
        Path file = Files.writeString(
                folder.resolve("fields.json"),
                expect(0, clinic.run("fields", "list", "--json")).out());
        clinic.execute("DELETE FROM tegula_index");

        expect(0, clinic.run("fields", "import", file.toString(), "--yes"));

        assertThat(clinic.number("SELECT count(*) FROM tegula_index")).isEqualTo(1);
        expect(0, clinic.run("index", "backfill", "patient.ssn", "--yes"));
    }
}
