package dev.tegula.operations.reencrypt;

import static dev.tegula.operations.live.LiveLab.move;
import static dev.tegula.operations.live.LiveLab.patientColumns;
import static dev.tegula.operations.live.LiveLab.scope;
import static dev.tegula.operations.live.LiveLab.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Context;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Mode;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.RefusedException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.operations.live.BrokenCommits;
import dev.tegula.operations.live.Eventually;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.value.Inner;
import dev.tegula.value.ValueCodecs;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Workers that die, double, race and go stale. */
final class CrashTest {

    private static final Scope SSN = scope("patient.ssn");
    private static final int ROWS = 1_000;

    private LiveLab lab;
    private KeyId old;
    private KeyId fresh;

    @BeforeEach
    void start() throws Exception {
        lab = LiveLab.start();
        lab.patients(ROWS);
        old = lab.activeKey(SSN);
        fresh = lab.nextKey(SSN).keyId();
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private Job plan(Reencryption reencryption, int ranges) {
        return reencryption.plan(spec(patientColumns().subList(0, 1), ranges, move(SSN, fresh, old)));
    }

    private void assertAllMoved() {
        assertThat(lab.under(fresh, "patient", "ssn")).isEqualTo(ROWS);
        for (int id = 0; id < ROWS; id += 97) {
            byte[] value = lab.bytes("SELECT ssn FROM patient WHERE id = " + id);
            assertThat(lab.field("patient.ssn").decrypt(value, Context.noTenant()))
                    .isEqualTo("ssn-" + id);
        }
    }

    @Test
    void run_afterWorkerDiedMidRange_resumesAndCountsEachValueOnce() {
        AtomicInteger calls = new AtomicInteger();
        CipherSource dying = (key, scope) -> {
            if (calls.incrementAndGet() > 700) {
                throw new UnavailableException("The KMS went away.");
            }
            return lab.tegula.keyring().reader(key, scope);
        };
        Job job = plan(lab.reencryption(SweepSettings.standard()), 1);

        assertThatThrownBy(() -> new Reencryption(lab.database, dying, SweepSettings.standard())
                        .run(job.id(), 0, new RunControl()))
                .isInstanceOf(UnavailableException.class);
        long before = lab.under(fresh, "patient", "ssn");
        RangeReport resumed = lab.reencryption(SweepSettings.standard()).run(job.id(), 0, new RunControl());

        assertThat(before).isBetween(1L, 350L);
        assertThat(resumed.outcome()).isEqualTo(JobOutcome.DONE);
        assertThat(resumed.moved()).isEqualTo(ROWS);
        assertAllMoved();
    }

    @Test
    void run_stoppedAndPausedMidRange_keepsItsPlace() throws Exception {
        RunControl control = new RunControl();
        AtomicInteger calls = new AtomicInteger();
        CipherSource stopping = (key, scope) -> {
            if (calls.incrementAndGet() == 450) {
                control.stop();
            }
            return lab.tegula.keyring().reader(key, scope);
        };
        Job job = plan(lab.reencryption(SweepSettings.standard()), 1);

        RangeReport stopped =
                new Reencryption(lab.database, stopping, SweepSettings.standard()).run(job.id(), 0, control);

        assertThat(stopped.outcome()).isEqualTo(JobOutcome.STOPPED);
        assertThat(stopped.moved()).isBetween(1L, 450L);
        RunControl paused = new RunControl();
        paused.pause();
        CompletableFuture<RangeReport> waiting = new CompletableFuture<>();
        Thread worker = new Thread(() ->
                waiting.complete(lab.reencryption(SweepSettings.standard()).run(job.id(), 0, paused)));
        worker.start();
        Eventually.isTrue("the worker waits for the end of the pause", () -> waitsIn(worker, "proceed"));
        assertThat(lab.under(fresh, "patient", "ssn")).isEqualTo(stopped.moved());
        paused.resume();
        assertThat(waiting.get(5, TimeUnit.MINUTES).outcome()).isEqualTo(JobOutcome.DONE);
        assertAllMoved();
    }

    /** Whether the thread waits in that method of its control. */
    private static boolean waitsIn(Thread thread, String method) {
        return thread.getState() == Thread.State.WAITING
                && Stream.of(thread.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().equals(RunControl.class.getName())
                                && frame.getMethodName().equals(method));
    }

    @Test
    void run_twiceAtOnceOnOneRange_lastTakerWritesAndBothReturnOnceItEnded() throws Exception {
        Job job = plan(lab.reencryption(SweepSettings.standard()), 1);
        CountDownLatch inTheMiddle = new CountDownLatch(1);
        CountDownLatch taken = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        CipherSource waiting = (key, scope) -> {
            if (calls.incrementAndGet() == 450) {
                inTheMiddle.countDown();
                await(taken);
            }
            return lab.tegula.keyring().reader(key, scope);
        };
        CipherSource taking = (key, scope) -> {
            taken.countDown();
            return lab.tegula.keyring().reader(key, scope);
        };

        CompletableFuture<RangeReport> one = CompletableFuture.supplyAsync(() -> run(job, waiting));
        await(inTheMiddle);
        CompletableFuture<RangeReport> two = CompletableFuture.supplyAsync(() -> run(job, taking));
        RangeReport first = one.get(5, TimeUnit.MINUTES);
        RangeReport second = two.get(5, TimeUnit.MINUTES);

        assertThat(first.outcome()).isEqualTo(JobOutcome.DONE);
        assertThat(first.moved()).isEqualTo(ROWS);
        assertThat(second.outcome()).isEqualTo(JobOutcome.DONE);
        assertThat(lab.number("SELECT moved FROM tegula_range")).isEqualTo(ROWS);
        assertAllMoved();
    }

    @Test
    void run_whoseRangeWasTakenByOneThatDied_waitsForItAndGoesOnWhenItIsSilent() throws Exception {
        Job job = plan(lab.reencryption(SweepSettings.standard()), 1);
        AtomicInteger calls = new AtomicInteger();
        CipherSource overtaken = (key, scope) -> {
            if (calls.incrementAndGet() == 450) {
                lab.sql("UPDATE tegula_range SET fence = fence + 1, worker = 'dying', seen_at = now()");
            }
            return lab.tegula.keyring().reader(key, scope);
        };
        CompletableFuture<RangeReport> waiting = new CompletableFuture<>();
        Thread worker = new Thread(() -> waiting.complete(run(job, overtaken)));
        worker.start();
        Eventually.isTrue("the worker waits for the other", () -> sleepsIn(worker, "othersEnded"));
        long before = lab.under(fresh, "patient", "ssn");
        assertThat(lab.number("SELECT fence FROM tegula_range")).isEqualTo(2);

        lab.sql("UPDATE tegula_range SET seen_at = now() - interval '1 minute'");

        assertThat(waiting.get(5, TimeUnit.MINUTES).outcome()).isEqualTo(JobOutcome.DONE);
        assertThat(before).isBetween(1L, 450L);
        assertThat(lab.number("SELECT moved FROM tegula_range")).isEqualTo(ROWS);
        assertAllMoved();
    }

    /** Whether the thread sleeps in that method of a re-encryption. */
    private static boolean sleepsIn(Thread thread, String method) {
        return thread.getState() == Thread.State.TIMED_WAITING
                && Stream.of(thread.getStackTrace())
                        .anyMatch(frame -> frame.getMethodName().equals(method));
    }

    @Test
    void run_ofARangeThatTheJobHasNot_isRefusedWithTheNumberOfRanges() {
        Reencryption reencryption = lab.reencryption(SweepSettings.standard());
        Job job = plan(reencryption, 3);

        for (int none : new int[] {-1, 3}) {
            assertThatThrownBy(() -> reencryption.run(job.id(), none, new RunControl()))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("has 3 ranges, numbered from 0, and none with the number " + none);
        }
        assertThat(lab.number("SELECT sum(fence) FROM tegula_range")).isZero();
    }

    private RangeReport run(Job job, CipherSource keys) {
        return new Reencryption(lab.database, keys, SweepSettings.standard().withBatchRows(20))
                .run(job.id(), 0, new RunControl());
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(5, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void run_afterSecondActivate_isStaleAndNewPlanMovesAll() {
        Reencryption reencryption = lab.reencryption(SweepSettings.standard());
        Job stale = plan(reencryption, 1);
        KeyId third = lab.nextKey(SSN).keyId();

        RangeReport refused = reencryption.run(stale.id(), 0, new RunControl());
        Job next = reencryption.plan(spec(patientColumns().subList(0, 1), move(SSN, third, old, fresh)));
        JobReport report = reencryption.sweep(next.id(), 1, new RunControl(), ProgressListener.none());

        assertThat(refused.outcome()).isEqualTo(JobOutcome.STALE);
        assertThat(lab.text("SELECT state FROM tegula_job WHERE id = '" + stale.id() + "'"))
                .isEqualTo("STALE");
        assertThat(next.id()).isNotEqualTo(stale.id());
        assertThat(report.outcome()).isEqualTo(JobOutcome.DONE);
        assertThat(lab.under(third, "patient", "ssn")).isEqualTo(ROWS);
    }

    @Test
    void run_whenKeyIsActivatedMidRange_writesNoMoreUnderTheOldTarget() {
        AtomicInteger calls = new AtomicInteger();
        CipherSource activating = (key, scope) -> {
            if (calls.incrementAndGet() == 450) {
                lab.nextKey(SSN);
            }
            return lab.tegula.keyring().reader(key, scope);
        };
        Job job = plan(lab.reencryption(SweepSettings.standard()), 1);

        RangeReport report =
                new Reencryption(lab.database, activating, SweepSettings.standard()).run(job.id(), 0, new RunControl());

        assertThat(report.outcome()).isEqualTo(JobOutcome.STALE);
        assertThat(lab.under(fresh, "patient", "ssn")).isBetween(100L, 200L).isEqualTo(report.moved());
        assertThat(lab.under(old, "patient", "ssn")).isEqualTo(ROWS - report.moved());
    }

    @Test
    void run_whoseTargetWasEditedToAnOlderKey_movesNothing() throws Exception {
        KeyId leaked = fresh;
        KeyId third = lab.nextKey(SSN).keyId();
        Reencryption reencryption = lab.reencryption(SweepSettings.standard());
        Job job = reencryption.plan(spec(patientColumns().subList(0, 1), 1, move(SSN, third, old)));
        lab.update("UPDATE tegula_job_key SET target = ?", (Object) leaked.bytes());

        assertThatThrownBy(() -> reencryption.run(job.id(), 0, new RunControl()))
                .isInstanceOf(RefusedException.class)
                .extracting(e -> ((RefusedException) e).code())
                .isEqualTo("job-stale");
        assertThat(lab.under(leaked, "patient", "ssn")).isZero();
        assertThat(lab.under(old, "patient", "ssn")).isEqualTo(ROWS);
    }

    @Test
    void plan_twice_joinsTheOpenJob() {
        Reencryption reencryption = lab.reencryption(SweepSettings.standard());

        Job first = plan(reencryption, 4);
        Job second = plan(reencryption, 9);

        assertThat(second).isEqualTo(first);
        assertThat(lab.number("SELECT count(*) FROM tegula_range")).isEqualTo(4);
    }

    @Test
    void run_whenAnswerOfCommitIsLost_countsEachValueOnce() {
        Job job = plan(lab.reencryption(SweepSettings.standard()), 1);
        BrokenCommits broken = new BrokenCommits(lab.database, 3);

        RangeReport report = new Reencryption(
                        broken.dataSource(), lab.tegula.keyring()::reader, SweepSettings.standard())
                .run(job.id(), 0, new RunControl());

        assertThat(broken.broken()).isGreaterThan(3);
        assertThat(report.outcome()).isEqualTo(JobOutcome.DONE);
        assertThat(report.moved()).isEqualTo(ROWS);
        assertAllMoved();
    }

    @Test
    void run_whenRowChangesBetweenReadAndSwap_keepsTheNewerValue() {
        AtomicBoolean once = new AtomicBoolean();
        CipherSource racing = (key, scope) -> {
            if (once.compareAndSet(false, true)) {
                byte[] newer = lab.tegula.keyring().reader(old, SSN).encrypt(Mode.FIELD, null, inner());
                try {
                    lab.update("UPDATE patient SET ssn = ? WHERE id = 5", (Object) newer);
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            }
            return lab.tegula.keyring().reader(key, scope);
        };
        Job job = plan(lab.reencryption(SweepSettings.standard()), 1);

        RangeReport report =
                new Reencryption(lab.database, racing, SweepSettings.standard()).run(job.id(), 0, new RunControl());

        assertThat(report.outcome()).isEqualTo(JobOutcome.DONE);
        assertThat(report.raced()).isEqualTo(1);
        assertThat(report.moved()).isEqualTo(ROWS);
        byte[] value = lab.bytes("SELECT ssn FROM patient WHERE id = 5");
        assertThat(lab.field("patient.ssn").decrypt(value, Context.noTenant())).isEqualTo("newer");
        assertThat(lab.under(fresh, "patient", "ssn")).isEqualTo(ROWS);
    }

    private static byte[] inner() {
        return Inner.encode(ValueCodecs.of(String.class), "newer", 0);
    }
}
