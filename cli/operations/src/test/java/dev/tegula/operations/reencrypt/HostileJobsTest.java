package dev.tegula.operations.reencrypt;

import static dev.tegula.operations.live.LiveLab.move;
import static dev.tegula.operations.live.LiveLab.patientColumns;
import static dev.tegula.operations.live.LiveLab.scope;
import static dev.tegula.operations.live.LiveLab.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.operations.live.LiveLab;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of jobs carry no seal: whatever somebody writes there is named, and can be got rid of. */
@Tag("long")
final class HostileJobsTest {

    private static final Scope SSN = scope("patient.ssn");

    private LiveLab lab;
    private Reencryption reencryption;
    private KeyId old;
    private KeyId fresh;
    private Job job;

    @BeforeEach
    void start() throws Exception {
        lab = LiveLab.start();
        lab.patients(60);
        old = lab.activeKey(SSN);
        fresh = lab.nextKey(SSN).keyId();
        reencryption = lab.reencryption(SweepSettings.standard());
        job = plan();
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private Job plan() {
        return reencryption.plan(spec(patientColumns().subList(0, 1), 2, move(SSN, fresh, old)));
    }

    private JobReport finish(Job which) {
        return reencryption.finish(
                which.id(),
                new Fence(lab.database, Duration.ofSeconds(5)),
                1,
                new RunControl(),
                ProgressListener.none());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE tegula_job SET key_columns = '{NULL}'",
                "UPDATE tegula_job SET key_columns = '{}'",
                "UPDATE tegula_job SET key_columns = '{{id,id},{id,id}}'",
                "UPDATE tegula_range SET lo = '{NULL}'",
                "UPDATE tegula_range SET hi = '{}' WHERE idx = 0",
                "UPDATE tegula_range SET lo = '{{1,2},{3,4}}'",
                "UPDATE tegula_range SET hi = '{1,2}' WHERE idx = 0",
                "UPDATE tegula_range SET lo = '{abc}'",
                "UPDATE tegula_range SET \"cursor\" = '{NULL,NULL}'",
                "UPDATE tegula_job_key SET field = 'No Field!'",
                "UPDATE tegula_job_key SET field = ''",
                "UPDATE tegula_job_key SET tenant = '\\x07'",
                "UPDATE tegula_job_key SET tenant = '\\x'",
                "UPDATE tegula_job_key SET column_name = ''",
                "UPDATE tegula_job_key SET tenant_column = ''",
                "DELETE FROM tegula_job_key"
            })
    @Timeout(300)
    void sweep_ofAJobThatSomebodyEdited_namesTableRowAndCommand(String edit) {
        lab.sql(edit);

        assertThatThrownBy(() -> reencryption.sweep(job.id(), 1, new RunControl(), ProgressListener.none()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(
                        edit.replaceAll("(UPDATE|DELETE FROM) (tegula_\\w+).*", "$2") + " for job " + job.id())
                .hasMessageContaining("`tegula jobs cancel " + job.id() + "`");
        assertThat(new OpenJobs(lab.database).list())
                .extracting(OpenJobs.OpenJob::id)
                .containsExactly(job.id());
        assertThat(new OpenJobs(lab.database).cancel(job.id())).isTrue();
        assertThat(new OpenJobs(lab.database).cancel(job.id())).isFalse();
        assertThat(finish(plan()).outcome()).isEqualTo(JobOutcome.DONE);
        assertThat(lab.under(fresh, "patient", "ssn")).isEqualTo(60);
    }

    @Test
    @Timeout(300)
    void sweep_withAWorkerSeenInTenYears_takesItsRange() {
        lab.sql("UPDATE tegula_range SET worker = 'nobody', seen_at = now() + interval '10 years'");

        assertThat(finish(job).outcome()).isEqualTo(JobOutcome.DONE);
    }

    @Test
    void finish_withNotesOfColumnsThatAreNotThere_forgetsThem() {
        String note =
                "INSERT INTO tegula_quarantine (schema_name, table_name, column_name, row_key, job, key_id, reason,"
                        + " sha256) SELECT '%s', '%s', '%s', 'id=1', '" + job.id() + "', '\\x" + old.hex()
                        + "', 'cannot-open', sha256('x')";
        lab.sql(
                String.format(note, "public", "patient", "gone"),
                String.format(note, "public", "ghost", "ssn"),
                String.format(note, "public", "patient", "other"),
                String.format(note, "", "", ""));

        JobReport report = finish(job);

        assertThat(report.outcome()).isEqualTo(JobOutcome.DONE);
        assertThat(lab.number("SELECT count(*) FROM tegula_quarantine")).isZero();
    }

    @Test
    void cancel_whileTheJobRuns_stopsItsWorkersAndIsNoStaleKey() {
        Job planned = plan();
        new OpenJobs(lab.database).cancel(planned.id());

        JobReport report = reencryption.sweep(planned.id(), 1, new RunControl(), ProgressListener.none());

        assertThat(report.outcome()).isEqualTo(JobOutcome.CANCELLED);
        assertThat(lab.under(old, "patient", "ssn")).isEqualTo(60);
        assertThatThrownBy(() -> new OpenJobs(lab.database).cancel(LiveLab.uuid(1)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("`tegula jobs list`");
    }
}
