package dev.tegula.operations.rotation;

import static dev.tegula.operations.live.LiveLab.patientColumns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.KeyId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.TegulaException;
import dev.tegula.operations.reencrypt.CipherSource;
import dev.tegula.operations.reencrypt.Job;
import dev.tegula.operations.reencrypt.JobOutcome;
import dev.tegula.operations.reencrypt.OpenJobs;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.SweepSettings;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of a job that somebody wrote to: a run says so or does its work, a job can be ended, and the next one moves all. */
@Tag("long")
final class ForgedRangesTest extends RotationLab {

    private static final int ROWS = 200;
    private static final RotationRequest REQUEST = RotationRequest.of("patient.ssn");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE tegula_range SET fence = 9223372036854775807",
                "UPDATE tegula_range SET attempt = 9223372036854775807",
                "UPDATE tegula_range SET moved = 9223372036854775807",
                "UPDATE tegula_range SET raced = 9223372036854775807",
                "UPDATE tegula_range SET pass_moved = 9223372036854775807",
                "UPDATE tegula_range SET pass_left = 9223372036854775807",
                "UPDATE tegula_range SET idx = 9223372036854775807 WHERE idx = 1",
                "UPDATE tegula_range SET idx = 7 WHERE idx = 1",
                "UPDATE tegula_range SET \"cursor\" = '{x}'",
                "UPDATE tegula_range SET \"cursor\" = '{1000000}'",
                "UPDATE tegula_range SET \"cursor\" = '{-5}'",
                "UPDATE tegula_range SET \"cursor\" = '{NULL}'",
                "UPDATE tegula_range SET \"cursor\" = '{}'",
                "UPDATE tegula_range SET \"cursor\" = '{{1},{2}}'",
                "UPDATE tegula_range SET \"cursor\" = '{99999999999999999999}'",
                "UPDATE tegula_range SET lo = '{150}', hi = '{20}'",
                "UPDATE tegula_range SET lo = '{150}', hi = NULL",
                "UPDATE tegula_range SET lo = '{1,2}'",
                "UPDATE tegula_range SET hi = '{}'",
                "UPDATE tegula_range SET done = true",
                "UPDATE tegula_range SET done = true, pass_left = 9223372036854775807",
                "DELETE FROM tegula_range",
                "DELETE FROM tegula_range WHERE idx = 1",
                "INSERT INTO tegula_range (job, idx) SELECT id, 100 FROM tegula_job",
                "UPDATE tegula_range SET seen_at = 'infinity', worker = repeat('x', 100000)",
                "UPDATE tegula_job SET total = 9223372036854775807",
                "UPDATE tegula_job SET key_columns = '{ssn}'",
                "UPDATE tegula_job SET key_columns = '{}'",
                "UPDATE tegula_job SET table_name = 'pg_class', schema_name = 'pg_catalog'",
                "UPDATE tegula_job SET fence = 9223372036854775807",
                "UPDATE tegula_job SET created_at = 'infinity'",
                "UPDATE tegula_job SET state = 'DONE', finished_at = now()",
                "DELETE FROM tegula_job_key",
                "UPDATE tegula_job_key SET column_name = 'nothing'",
                "UPDATE tegula_job_key SET tenant_column = 'nothing'",
                "UPDATE tegula_job_key SET mode = 'ROW'",
                "UPDATE tegula_job_key SET field = 'patient.other'",
                "UPDATE tegula_job_key SET target = sha256(target)",
                "UPDATE tegula_job_key SET tenant = '\\x0161'",
            })
    void run_ofForgedRows_saysSoOrWorksAndTheNextPlanMovesAll(String forging) throws Exception {
        lab.patients(ROWS);
        KeyId old = lab.activeKey(SSN);
        KeyId fresh = lab.nextKey(SSN).keyId();
        SharedReencryption shared = rotation(
                        patientColumns(), SweepSettings.standard().withBatchRows(20))
                .shared();
        Job job = shared.plan(REQUEST, 3, sentence -> {}).get(0);
        lab.sql(forging);

        for (int idx = 0; idx < 3; idx++) {
            int range = idx;
            attempt(() -> shared.run(job.id(), range, new RunControl()).outcome());
        }
        if (attempt(() -> shared.finish(job.id(), new RunControl()).outcome()).contains("DONE")) {
            assertThat(lab.under(fresh, "patient", "ssn")).isEqualTo(ROWS);
        }
        jobs().cancel(job.id());

        List<Job> again = shared.plan(REQUEST, 3, sentence -> {});
        for (Job next : again) {
            for (int idx = 0; idx < next.ranges(); idx++) {
                assertThat(shared.run(next.id(), idx, new RunControl()).outcome())
                        .isEqualTo(JobOutcome.DONE);
            }
            assertThat(shared.finish(next.id(), new RunControl()).outcome()).isEqualTo(JobOutcome.DONE);
        }
        assertThat(lab.under(old, "patient", "ssn")).isZero();
        assertThat(lab.under(fresh, "patient", "ssn")).isEqualTo(ROWS);
    }

    /** How it ended; any failure is one that is worded for people, and says what to do. */
    private static String attempt(Supplier<JobOutcome> call) {
        try {
            return call.get().toString();
        } catch (TegulaException e) {
            assertThat(e.getMessage())
                    .containsAnyOf("tegula jobs", "lan again", "new plan", "tegula verify", "tegula doctor", "ranges");
            return e.code();
        }
    }

    private OpenJobs jobs() {
        return new OpenJobs(lab.database, CipherSource.of(lab.tegula));
    }

    /** What it counts is counted, not believed. */
    @Test
    void runAndFinish_ofAJobThatSaysItIsDone_countAndSaySo() throws Exception {
        lab.patients(ROWS);
        KeyId old = lab.activeKey(SSN);
        lab.nextKey(SSN);
        SharedReencryption shared =
                rotation(patientColumns(), SweepSettings.standard()).shared();
        Job job = shared.plan(REQUEST, 3, sentence -> {}).get(0);
        lab.sql("UPDATE tegula_job SET state = 'DONE', finished_at = now()");

        assertThatThrownBy(() -> shared.run(job.id(), 0, new RunControl()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("it says DONE, and range 0 has not ended");
        lab.sql("UPDATE tegula_range SET done = true");
        assertThat(shared.finish(job.id(), new RunControl()).outcome()).isEqualTo(JobOutcome.PARTIAL);
        assertThat(shared.finish(job.id(), new RunControl()).left()).isEqualTo(ROWS);
        assertThat(lab.under(old, "patient", "ssn")).isEqualTo(ROWS);
    }

    @Test
    void show_ofCountsThatAreAsLargeAsCanBe_showsThem() throws Exception {
        lab.patients(ROWS);
        lab.nextKey(SSN);
        SharedReencryption shared =
                rotation(patientColumns(), SweepSettings.standard()).shared();
        Job job = shared.plan(REQUEST, 3, sentence -> {}).get(0);
        lab.sql("UPDATE tegula_range SET moved = 9223372036854775807, raced = 9223372036854775807");

        assertThat(jobs().show(job.id()).job().ranges()).isEqualTo(3);
        assertThat(shared.run(job.id(), 0, new RunControl()).outcome()).isEqualTo(JobOutcome.DONE);
    }
}
