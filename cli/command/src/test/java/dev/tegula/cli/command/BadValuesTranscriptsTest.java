package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Recorded;
import dev.tegula.cli.Transcript;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What rotate and status say of values that cannot be moved: counts that agree, and the cure. */
@Recorded
@Tag("long")
class BadValuesTranscriptsTest {

    private static final String FLIP = "UPDATE patient SET ssn = set_byte(ssn, 60, get_byte(ssn, 60) # 1) WHERE ";

    @TempDir
    Path folder;

    /** Under the old key, under keys nobody knows, and cut: one run names them all. */
    @Test
    void rotate_withBadValuesOfManyKinds_namesAllOfThemInOneRun() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 200);
        clinic.execute(FLIP + "id <= 80");
        clinic.execute(
                "UPDATE patient SET ssn = overlay(ssn placing sha256('x') from 3 for 32) WHERE id > 80 AND id <= 120");
        clinic.execute("UPDATE patient SET ssn = substring(ssn from 1 for 20) WHERE id > 120 AND id <= 137");

        Transcript run = expect(3, clinic.run("rotate", "patient.ssn", "--yes"));

        assertThat(run.out())
                .contains("63 values moved, 80 quarantined, 63 verified, 137 do not verify")
                .contains("tegula verify patient.ssn   lists bad values by primary key")
                .contains("tegula rotate patient.ssn   then moves the rest");
        assertThat(run.all()).doesNotContain("canary");
        assertThat(expect(6, clinic.run("verify", "patient.ssn")).out()).contains("137 do not.");
    }

    @Test
    void rotate_andStatus_withOneBadValue_proposeTheCureThatWorks() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 11);
        clinic.execute(FLIP + "id = 4");

        assertThat(expect(3, clinic.run("rotate", "patient.ssn", "--yes", "--json"))
                        .json()
                        .get("values")
                        .toString())
                .isEqualTo("{\"reencrypted\":10,\"quarantined\":1,\"bad\":1,\"verified\":10}");
        assertThat(expect(0, clinic.run("status", "patient.ssn")).out())
                .contains("tegula verify patient.ssn   lists bad values by primary key")
                .contains("tegula rotate patient.ssn   then moves the rest");

        clinic.execute("UPDATE patient SET ssn = NULL WHERE id = 4");
        expect(0, clinic.run("rotate", "patient.ssn", "--yes"));
        assertThat(expect(0, clinic.run("status", "--check")).out()).contains("All values are under ACTIVE keys.");
    }

    @Test
    void rotate_thatFindsABadValueOnlyAtTheEnd_proposesItsFieldToVerify() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 11);
        expect(0, clinic.run("rotate", "patient.ssn", "--until", "fence", "--yes"));
        clinic.execute(FLIP + "id = 4");

        assertThat(expect(3, clinic.run("rotate", "patient.ssn", "--yes")).out())
                .contains("1 values do not verify; `tegula verify patient.ssn` lists them by primary key");
        expect(6, clinic.run("verify", "patient.ssn"));
    }

    @Test
    void rotate_withARowThatItsTableRefuses_namesTheConstraintAndFencesNothing() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 11);
        clinic.execute("ALTER TABLE patient ADD CONSTRAINT no_four CHECK (id <> 4) NOT VALID");

        Transcript run = expect(3, clinic.run("rotate", "patient.ssn", "--yes"));

        assertThat(run.out())
                .contains("10 values moved, 1 quarantined, 11 verified, 0 do not verify")
                .contains("public.patient itself refuses rows, SQLSTATE 23514, no_four: 1, for example row id=4");
        assertThat(clinic.number("SELECT count(*) FROM pg_constraint WHERE conname LIKE 'tegula\\_fence%'"))
                .isZero();
        clinic.execute("ALTER TABLE patient DROP CONSTRAINT no_four");
        expect(0, clinic.run("rotate", "patient.ssn", "--yes"));
    }

    @Test
    void jobs_ofAnInterruptedRun_areListedAndCancelled() {
        ClinicDatabase clinic = ClinicDatabase.withPatients(folder, 11);
        expect(0, clinic.run("rotate", "patient.ssn", "--until", "activate", "--yes"));
        assertThat(expect(0, clinic.run("jobs", "list")).out()).contains("No job is open.");
        clinic.execute("INSERT INTO tegula_job (id, schema_name, table_name, key_columns, state, total) VALUES"
                + " ('00000000-0000-4000-8000-000000000001', 'public', 'patient', '{NULL}', 'OPEN', 3)");

        Transcript broken = expect(7, clinic.run("rotate", "patient.ssn", "--yes"));

        String cancel = "tegula jobs cancel 00000000-0000-4000-8000-000000000001";
        assertThat(broken.err()).contains("row of tegula_job for job").contains(cancel);
        assertThat(expect(0, clinic.run("jobs", "list")).out())
                .contains("public.patient")
                .contains("open");
        expect(2, clinic.run("jobs", "cancel", "00000000-0000-4000-8000-000000000001"));
        expect(0, clinic.run("jobs", "cancel", "00000000-0000-4000-8000-000000000001", "--dry-run"));
        assertThat(expect(0, clinic.run("jobs", "cancel", "00000000-0000-4000-8000-000000000001", "--yes"))
                        .out())
                .contains("is cancelled");
        assertThat(expect(0, clinic.run("jobs", "cancel", "00000000-0000-4000-8000-000000000001", "--yes"))
                        .out())
                .contains("had ended already");
        assertThat(expect(0, clinic.run("jobs", "cancel", "00000000-0000-4000-8000-000000000001", "--dry-run"))
                        .out())
                .contains("had ended already");
        expect(0, clinic.run("rotate", "patient.ssn", "--yes"));
    }
}
