package dev.tegula.operations.reencrypt;

import static dev.tegula.operations.live.LiveLab.move;
import static dev.tegula.operations.live.LiveLab.patientColumns;
import static dev.tegula.operations.live.LiveLab.scope;
import static dev.tegula.operations.live.LiveLab.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.operations.live.LiveLab;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** The workers of one process on the ranges of a job. */
final class JobRunTest {

    private static final Scope SSN = scope("patient.ssn");

    /** The first worker that asks for a connection waits for the latch. */
    private static DataSource slowForOne(DataSource source, CountDownLatch hanging, CountDownLatch release) {
        AtomicBoolean first = new AtomicBoolean(true);
        return (DataSource) Proxy.newProxyInstance(
                DataSource.class.getClassLoader(), new Class<?>[] {DataSource.class}, (self, method, arguments) -> {
                    if (Thread.currentThread().getName().equals("tegula-reencrypt") && first.getAndSet(false)) {
                        hanging.countDown();
                        release.await();
                    }
                    try {
                        return method.invoke(source, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void run_whileTheDatabaseDoesNotAnswerOneWorker_goesOnWithTheOthers() throws Exception {
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (LiveLab lab = LiveLab.start()) {
            lab.patients(50);
            KeyId old = lab.activeKey(SSN);
            KeyId fresh = lab.nextKey(SSN).keyId();
            Job job = lab.reencryption(SweepSettings.standard())
                    .plan(spec(patientColumns().subList(0, 1), 4, move(SSN, fresh, old)));
            Reencryption reencryption = new Reencryption(
                    slowForOne(lab.database, hanging, release),
                    CipherSource.of(lab.tegula.keyring()),
                    SweepSettings.standard());

            CompletableFuture<JobReport> swept = CompletableFuture.supplyAsync(
                    () -> reencryption.sweep(job.id(), 2, new RunControl(), ProgressListener.none()));
            try {
                assertThat(hanging.await(5, TimeUnit.MINUTES)).isTrue();
                assertThat(emptied(lab, old)).as("by the other worker").isTrue();
            } finally {
                release.countDown();
            }

            assertThat(swept.get(5, TimeUnit.MINUTES).outcome()).isEqualTo(JobOutcome.DONE);
        }
    }

    private static boolean emptied(LiveLab lab, KeyId old) throws SQLException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
        while (lab.under(old, "patient", "ssn") > 0) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            Thread.sleep(20);
        }
        return true;
    }
}
