package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Recorded;
import dev.tegula.cli.Transcript;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values that a rotation leaves as they are, from the run that meets them to the one that is through. */
@Recorded
@Tag("long")
class QuarantineTranscriptsTest {

    private static final String ROW = "id=2";
    private static final String COLUMN = "public.patient.ssn";

    @TempDir
    Path folder;

    private ClinicDatabase clinic;

    /** A value whose tag somebody changed, and one that the table refuses to rewrite. */
    @BeforeEach
    void quarantined() {
        clinic = ClinicDatabase.withPatients(folder, 5);
        clinic.execute("UPDATE patient SET ssn = set_byte(ssn, length(ssn) - 1, 255 - get_byte(ssn, length(ssn) - 1))"
                + " WHERE id = 2");
        clinic.execute("ALTER TABLE patient ADD CONSTRAINT no_three CHECK (id <> 3) NOT VALID");
        expect(3, clinic.run("rotate", "patient.ssn", "--yes"));
    }

    @Test
    void list_andShow_sayWhyAndWhatToDoUntilItIsMended() {
        assertThat(expect(0, clinic.run("quarantine", "list")).out())
                .contains("cannot-open")
                .contains("refused: SQLSTATE 23514, no_three");
        assertThat(expect(0, clinic.run("quarantine", "show", COLUMN, ROW)).out())
                .contains("The value is there as it was noted")
                .contains("from a backup");
        assertThat(expect(0, clinic.run("quarantine", "show", COLUMN, "id=3")).out())
                .contains("Mend the constraint or trigger, or the row");

        clinic.execute("UPDATE patient SET ssn = NULL WHERE id = 2");
        clinic.execute("ALTER TABLE patient DROP CONSTRAINT no_three");
        assertThat(expect(0, clinic.run("quarantine", "show", COLUMN, ROW)).out())
                .contains("The value is not there any more");
        expect(0, clinic.run("rotate", "patient.ssn", "--yes"));
        assertThat(expect(0, clinic.run("quarantine", "list")).out()).contains("No such value is in the quarantine.");
        assertThat(clinic.number("SELECT count(*) FROM tegula_quarantine")).isZero();
    }

    /** The rows alone: what one of them still lacks does not keep back the other, and the rotation goes on when none is left. */
    @Test
    void retry_afterOneCauseWasMended_movesThatAndNamesTheOther() {
        assertThat(expect(0, clinic.run("quarantine", "retry", "--dry-run")).out())
                .contains("1 value would be moved, 0 would leave without a move, 1 would stay.")
                .contains("Whether a table takes a row that it once refused only a run tells.")
                .contains("cannot-open: Put it back from a backup");
        assertThat(expect(2, clinic.run("quarantine", "retry")).err()).contains("Add --yes to go ahead");
        clinic.execute("ALTER TABLE patient DROP CONSTRAINT no_three");

        Transcript first = expect(3, clinic.run("quarantine", "retry", "patient.ssn", "--yes"));
        assertThat(first.out()).contains("1 value moved, 0 left without a move, 1 stayed.");
        assertThat(clinic.number("SELECT count(*) FROM tegula_quarantine")).isEqualTo(1);
        assertThat(expect(3, clinic.run("quarantine", "retry", "--yes", "--json"))
                        .json()
                        .at("/values/0/reason")
                        .textValue())
                .isEqualTo("cannot-open");

        clinic.execute("UPDATE patient SET ssn = set_byte(ssn, length(ssn) - 1, 255 - get_byte(ssn, length(ssn) - 1))"
                + " WHERE id = 2");
        Transcript second = expect(0, clinic.run("quarantine", "retry", "--yes"));
        assertThat(second.out())
                .contains("1 value moved")
                .contains("`tegula rotate patient.ssn` goes on with the rotation that stopped at them.");
        expect(0, clinic.run("rotate", "patient.ssn", "--yes"));
        assertThat(clinic.number(
                        "SELECT max(version) FROM tegula_key WHERE field = 'patient.ssn' AND purpose = 'DATA'"))
                .as("it went on, and began no other")
                .isEqualTo(2);
        assertThat(expect(0, clinic.run("quarantine", "retry", "--yes")).out())
                .contains("No such value is in the quarantine.");
    }

    @Test
    void retry_ofAnotherJobOrKey_triesNothing() {
        String job = "00000000-0000-4000-8000-000000000001";
        assertThat(expect(0, clinic.run("quarantine", "retry", "--job", job, "--yes"))
                        .out())
                .contains("No such value");
        expect(2, clinic.run("quarantine", "retry", "--job", "nope", "--yes"));
        expect(7, clinic.run("quarantine", "retry", "patient.none", "--yes"));
    }

    /** Somebody wants the values of the table left alone. */
    @Test
    void retry_besideAPausedJob_isRefusedAndNamesIt() {
        String job = "00000000-0000-4000-8000-000000000001";
        clinic.execute(
                "INSERT INTO tegula_job (id, schema_name, table_name, key_columns, state, total, finished_at) VALUES ('"
                        + job
                        + "', 'public', 'patient', '{id}', 'PAUSED', 3, now()); INSERT INTO tegula_job_key (job, column_name,"
                        + " field, tenant, source, target) VALUES ('" + job
                        + "', 'ssn', 'patient.ssn', '\\x00', sha256('one'), sha256('other'))");
        assertThat(expect(8, clinic.run("quarantine", "retry", "--yes")).err())
                .contains("`tegula jobs resume " + job + "`");
    }

    @Test
    void list_ofOneKeyOrField_showsOnlyThat() {
        String key = clinic.run("quarantine", "list", "--json")
                .json()
                .at("/values/0/keyId")
                .textValue();
        assertThat(expect(0, clinic.run("quarantine", "list", "patient.*", "--key", key.substring(0, 8)))
                        .out())
                .contains("id=2")
                .contains("id=3");
        assertThat(expect(0, clinic.run("quarantine", "list", "--key", "ab".repeat(32)))
                        .out())
                .contains("No such value");
        expect(2, clinic.run("quarantine", "list", "--key", "nope"));
        Transcript unknown = expect(7, clinic.run("quarantine", "show", COLUMN, "id=1"));
        assertThat(unknown.err())
                .contains("Unknown value `public.patient.ssn id=1`")
                .contains("Did you mean");
    }

    /** A note names a place, and anybody who may write there could name one that runs his own code, or none. */
    @Test
    void show_ofANoteOfAViewOrOfNothing_readsNothing() {
        clinic.execute("CREATE VIEW trap AS SELECT 1 / 0 AS id, decode('00', 'hex') AS ssn");
        for (String table : new String[] {"trap", "gone"}) {
            clinic.execute("INSERT INTO tegula_quarantine SELECT schema_name, '" + table
                    + "', column_name, row_key, job, key_id, reason, sqlstate, constraint_name, sha256, seen_at FROM"
                    + " tegula_quarantine WHERE row_key = 'id=2' AND table_name = 'patient'");
            assertThat(expect(0, clinic.run("quarantine", "show", "public." + table + ".ssn", ROW))
                            .out())
                    .contains("Its column is not there any more, or holds no bytea");
        }
    }
}
