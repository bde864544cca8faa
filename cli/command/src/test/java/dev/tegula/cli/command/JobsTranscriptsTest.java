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

/** A job that somebody holds while a migration or an evening of traffic lasts. */
@Recorded
@Tag("long")
class JobsTranscriptsTest {

    private static final String JOB = "00000000-0000-4000-8000-000000000001";

    @TempDir
    Path folder;

    private ClinicDatabase clinic;

    /** A rotation that was cut off right after its job was planned. */
    @BeforeEach
    void planned() {
        clinic = ClinicDatabase.withPatients(folder, 11);
        expect(0, clinic.run("rotate", "patient.ssn", "--until", "activate", "--yes"));
        clinic.execute("INSERT INTO tegula_job (id, schema_name, table_name, key_columns, state, total) VALUES ('" + JOB
                + "', 'public', 'patient', '{id}', 'OPEN', 11)");
        clinic.execute("INSERT INTO tegula_job_key (job, column_name, field, tenant, source, target) SELECT '" + JOB
                + "', 'ssn', 'patient.ssn', one.tenant, one.key_id, two.key_id FROM tegula_key one JOIN tegula_key two"
                + " ON one.field = 'patient.ssn' AND two.field = one.field AND one.version = 1 AND two.version = 2");
        clinic.execute("INSERT INTO tegula_range (job, idx) VALUES ('" + JOB + "', 0)");
    }

    private long under(int version) {
        return clinic.number("SELECT count(*) FROM patient WHERE substring(ssn from 3 for 32) = (SELECT key_id FROM"
                + " tegula_key WHERE field = 'patient.ssn' AND version = " + version + ")");
    }

    @Test
    void pause_holdsTheRotationUntilResume() {
        assertThat(expect(0, clinic.run("jobs", "show", JOB)).out()).contains("nobody is at work on it");
        expect(0, clinic.run("jobs", "pause", JOB, "--dry-run"));
        assertThat(clinic.number("SELECT count(*) FROM tegula_job WHERE state = 'OPEN'"))
                .isOne();
        expect(0, clinic.run("jobs", "pause", JOB));
        assertThat(expect(0, clinic.run("jobs", "pause", JOB)).out()).contains("was paused already");
        assertThat(expect(0, clinic.run("jobs", "list")).out()).contains("paused");
        assertThat(expect(0, clinic.run("jobs", "show", JOB)).out()).contains("tegula jobs resume " + JOB);

        Transcript held = expect(8, clinic.run("rotate", "patient.ssn", "--yes"));
        assertThat(held.err()).contains("is paused since").contains("`tegula jobs resume " + JOB + "`");
        assertThat(under(1)).isEqualTo(11);
        expect(0, clinic.run("doctor"));

        expect(0, clinic.run("jobs", "resume", JOB, "--dry-run"));
        expect(0, clinic.run("jobs", "resume", JOB));
        assertThat(expect(0, clinic.run("jobs", "resume", JOB)).out()).contains("is not paused");
        expect(0, clinic.run("rotate", "patient.ssn", "--yes"));
        assertThat(under(2)).isEqualTo(11);
        assertThat(expect(0, clinic.run("jobs", "show", JOB)).out()).contains("done");
        assertThat(expect(8, clinic.run("jobs", "pause", JOB)).err()).contains("has ended (DONE)");
        assertThat(clinic.number(
                        "SELECT count(*) FROM tegula_audit WHERE action IN ('tegula.job.pause', 'tegula.job.resume')"))
                .isEqualTo(2);
    }

    @Test
    void resume_afterTheTableLostItsKey_isRefusedWithTheWayOut() {
        expect(0, clinic.run("jobs", "pause", JOB));
        clinic.execute("ALTER TABLE patient DROP CONSTRAINT patient_pkey");
        Transcript refused = expect(8, clinic.run("jobs", "resume", JOB));
        assertThat(refused.err()).contains("was changed while job").contains("`tegula jobs cancel " + JOB + "`");
        assertThat(expect(0, clinic.run("jobs", "resume", JOB, "--dry-run")).out())
                .contains("This would be refused: public.patient was changed");
        expect(0, clinic.run("jobs", "cancel", JOB, "--yes"));
        clinic.execute("ALTER TABLE patient ADD PRIMARY KEY (id)");
        expect(0, clinic.run("rotate", "patient.ssn", "--yes"));
        assertThat(under(2)).isEqualTo(11);
    }
}
