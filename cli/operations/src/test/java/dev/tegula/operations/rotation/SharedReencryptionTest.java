package dev.tegula.operations.rotation;

import static dev.tegula.operations.live.LiveLab.patientColumns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Context;
import dev.tegula.envelope.KeyId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.RefusedException;
import dev.tegula.operations.reencrypt.CipherSource;
import dev.tegula.operations.reencrypt.Job;
import dev.tegula.operations.reencrypt.JobOutcome;
import dev.tegula.operations.reencrypt.JobReport;
import dev.tegula.operations.reencrypt.OpenJobs;
import dev.tegula.operations.reencrypt.RangeReport;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.SweepSettings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The three calls of whoever shares a re-encryption out: planned once, run at least once, finished by what the database says. */
@Tag("long")
final class SharedReencryptionTest extends RotationLab {

    private static final int ROWS = 600;
    private static final int RANGES = 6;
    private static final RotationRequest REQUEST = RotationRequest.of("patient.ssn");

    private KeyId old;
    private KeyId fresh;

    @BeforeEach
    void twoKeys() throws Exception {
        lab.patients(ROWS);
        old = lab.activeKey(SSN);
        fresh = lab.nextKey(SSN).keyId();
    }

    private SharedReencryption shared() {
        return rotation(patientColumns(), SweepSettings.standard().withBatchRows(20))
                .shared();
    }

    private static Job planned(SharedReencryption shared) {
        List<Job> jobs = shared.plan(REQUEST, RANGES, sentence -> {});
        assertThat(jobs).hasSize(1);
        return jobs.get(0);
    }

    private OpenJobs jobs() {
        return new OpenJobs(lab.database, CipherSource.of(lab.tegula));
    }

    private void assertRefused(String code, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOf(RefusedException.class)
                .extracting(e -> ((RefusedException) e).code())
                .isEqualTo(code);
    }

    @Test
    void eachRange_runTwiceAtOnceByManyInAnyOrder_movesEachValueOnce() throws Exception {
        Job job = planned(shared());
        assertThat(job.ranges()).isEqualTo(RANGES);
        List<Integer> twice = new ArrayList<>(
                IntStream.range(0, 2 * RANGES).map(i -> i % RANGES).boxed().toList());
        Collections.shuffle(twice, new Random(13));

        ExecutorService engine = Executors.newFixedThreadPool(4);
        List<Future<RangeReport>> runs = new ArrayList<>();
        for (int idx : twice) {
            runs.add(engine.submit(() -> shared().run(job.id(), idx, new RunControl())));
        }
        for (Future<RangeReport> run : runs) {
            assertThat(run.get(5, TimeUnit.MINUTES).outcome()).isEqualTo(JobOutcome.DONE);
        }
        engine.shutdown();
        JobReport report = shared().finish(job.id(), new RunControl());

        assertThat(report.outcome()).isEqualTo(JobOutcome.DONE);
        assertThat(report.moved()).isEqualTo(ROWS);
        assertThat(lab.under(fresh, "patient", "ssn")).isEqualTo(ROWS);
        for (int id = 0; id < ROWS; id += 41) {
            byte[] value = lab.bytes("SELECT ssn FROM patient WHERE id = " + id);
            assertThat(lab.field("patient.ssn").decrypt(value, Context.noTenant()))
                    .isEqualTo("ssn-" + id);
        }
    }

    @Test
    void plan_again_joinsTheJobAndKeepsItsRanges() {
        Job job = planned(shared());

        assertThat(shared().plan(REQUEST, 2, sentence -> {})).containsExactly(job);
        assertThat(shared().job(job.id())).isEqualTo(job);
        assertThat(lab.number("SELECT count(*) FROM tegula_range")).isEqualTo(RANGES);
    }

    @Test
    void finish_whileARangeHasNotEnded_isRefusedWhateverAnEngineSays() {
        Job job = planned(shared());
        for (int idx = 1; idx < RANGES; idx++) {
            shared().run(job.id(), idx, new RunControl());
        }

        assertRefused("job-running", () -> shared().finish(job.id(), new RunControl()));
        assertThat(lab.text("SELECT state FROM tegula_job")).isEqualTo("OPEN");
    }

    @Test
    void finish_afterAWriterWentOnUnderTheOldKey_isPartialAndCountsIt() {
        byte[] before = lab.bytes("SELECT ssn FROM patient WHERE id = 7");
        Job job = planned(shared());
        for (int idx = 0; idx < RANGES; idx++) {
            shared().run(job.id(), idx, new RunControl());
        }
        lab.sql("UPDATE patient SET ssn = '\\x" + HexFormat.of().formatHex(before) + "' WHERE id = 7");

        JobReport report = shared().finish(job.id(), new RunControl());

        assertThat(report.outcome()).isEqualTo(JobOutcome.PARTIAL);
        assertThat(report.left()).isOne();
        assertThat(lab.under(old, "patient", "ssn")).isOne();
    }

    @Test
    void rotation_afterTheRangesWereShared_joinsTheJobFencesAndRetires() {
        Job job = planned(shared());
        for (int idx = 0; idx < RANGES; idx++) {
            shared().run(job.id(), idx, new RunControl());
        }

        RotationReport report = rotation().run(REQUEST, recorder, new RunControl());

        assertThat(report.outcome()).isEqualTo(RotationOutcome.DONE);
        assertThat(report.jobs()).hasSize(1);
        assertThat(report.jobs().get(0).job().id()).isEqualTo(job.id());
        assertThat(lab.number("SELECT count(*) FROM tegula_job")).isOne();
        assertThat(lab.under(fresh, "patient", "ssn")).isEqualTo(ROWS);
    }

    @Test
    void run_afterAnotherKeyWasActivated_isRefusedAndWritesNothing() {
        Job job = planned(shared());
        lab.nextKey(SSN);

        assertRefused("job-stale", () -> shared().run(job.id(), 0, new RunControl()));
        assertRefused("job-stale", () -> shared().finish(job.id(), new RunControl()));
        assertThat(lab.under(old, "patient", "ssn")).isEqualTo(ROWS);
    }

    @Test
    void run_ofAJobThatIsPausedOrCancelled_isRefusedAndWritesNothing() {
        Job job = planned(shared());
        jobs().pause(job.id());

        assertRefused("job-paused", () -> shared().run(job.id(), 0, new RunControl()));
        assertRefused("job-paused", () -> shared().finish(job.id(), new RunControl()));
        jobs().cancel(job.id());
        assertRefused("job-ended", () -> shared().run(job.id(), 0, new RunControl()));
        assertRefused("job-ended", () -> shared().finish(job.id(), new RunControl()));
        assertThat(lab.under(old, "patient", "ssn")).isEqualTo(ROWS);
    }

    @Test
    void run_stopped_returnsAndTheNextGoesOn() {
        Job job = planned(shared());
        RunControl stopped = new RunControl();
        stopped.stop();

        assertThat(shared().run(job.id(), 0, stopped).outcome()).isEqualTo(JobOutcome.STOPPED);
        assertThat(shared().run(job.id(), 0, new RunControl()).outcome()).isEqualTo(JobOutcome.DONE);
    }

    @Test
    void runAndFinish_ofAJobThatIsFinished_sayWhatTheySaid() {
        Job job = planned(shared());
        for (int idx = 0; idx < RANGES; idx++) {
            shared().run(job.id(), idx, new RunControl());
        }
        assertThat(shared().finish(job.id(), new RunControl()).outcome()).isEqualTo(JobOutcome.DONE);

        assertThat(shared().run(job.id(), 3, new RunControl()).outcome()).isEqualTo(JobOutcome.DONE);
        assertThat(shared().finish(job.id(), new RunControl()).moved()).isEqualTo(ROWS);
    }

    @Test
    void plan_whereNothingIsLeftToMove_isEmpty() {
        rotation().run(REQUEST, recorder, new RunControl());
        long before = lab.number("SELECT count(*) FROM tegula_job");

        shared().plan(RotationRequest.of("patient.note"), 0, sentence -> {});

        assertThat(shared().plan(RotationRequest.of("patient.note"), 0, sentence -> {}))
                .isEmpty();
        assertThat(lab.number("SELECT count(*) FROM tegula_job")).isEqualTo(before);
    }

    /** Days may lie between plan and range, and a range runs with the operator's rights. */
    @Test
    void run_afterSomebodyPutAFunctionOfTheirsInTheWay_isRefusedBeforeItTakesTheRange() {
        Job job = planned(shared());
        lab.sql(
                "CREATE FUNCTION noop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
                "ALTER FUNCTION noop() OWNER TO pg_monitor",
                "CREATE TRIGGER noop BEFORE UPDATE ON patient FOR EACH ROW EXECUTE FUNCTION noop()");
        assertRefused("foreign-code", () -> shared().run(job.id(), 0, new RunControl()));

        lab.sql("DROP TRIGGER noop ON patient", "ALTER FUNCTION noop() OWNER TO CURRENT_USER");
        lab.sql("CREATE TRIGGER noop BEFORE UPDATE ON tegula_range FOR EACH ROW EXECUTE FUNCTION noop()");
        assertThatThrownBy(() -> shared().run(job.id(), 0, new RunControl()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("noop");
        assertThat(lab.number("SELECT sum(fence) FROM tegula_range")).isZero();
    }
}
