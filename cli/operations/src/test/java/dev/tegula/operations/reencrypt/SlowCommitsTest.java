package dev.tegula.operations.reencrypt;

import static dev.tegula.operations.live.LiveLab.move;
import static dev.tegula.operations.live.LiveLab.patientColumns;
import static dev.tegula.operations.live.LiveLab.scope;
import static dev.tegula.operations.live.LiveLab.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.envelope.KeyId;
import dev.tegula.operations.live.LiveLab;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class SlowCommitsTest {

    /** Its first COMMIT takes a second: a deferred trigger runs in it. */
    private static final String[] SLOW = {
        "CREATE SEQUENCE commits",
        "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                + " IF nextval('commits') = 1 THEN PERFORM pg_sleep(1); END IF; RETURN NULL; END $$",
        "CREATE CONSTRAINT TRIGGER slow AFTER UPDATE ON patient DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
                + " EXECUTE FUNCTION slow()"
    };

    @Test
    void sweep_whoseCommitTakesLong_pausesAsLongAndSaysSo() throws Exception {
        try (LiveLab lab = LiveLab.start()) {
            lab.patients(300);
            KeyId old = lab.activeKey(scope("patient.ssn"));
            KeyId fresh = lab.nextKey(scope("patient.ssn")).keyId();
            Reencryption reencryption = lab.reencryption(SweepSettings.standard());
            Job job = reencryption.plan(spec(patientColumns().subList(0, 1), move(scope("patient.ssn"), fresh, old)));
            lab.sql(SLOW);
            CountDownLatch told = new CountDownLatch(1);
            List<Long> pauses = new CopyOnWriteArrayList<>();
            List<Progress> progress = new CopyOnWriteArrayList<>();
            RunControl control = new RunControl(millis -> {
                if (millis > 500) {
                    pauses.add(millis);
                    await(told);
                }
                return 1;
            });

            JobReport report = CompletableFuture.supplyAsync(() -> reencryption.sweep(job.id(), 1, control, p -> {
                        progress.add(p);
                        p.waitingFor().ifPresent(why -> told.countDown());
                    }))
                    .get(5, TimeUnit.MINUTES);

            assertThat(report.outcome()).isEqualTo(JobOutcome.DONE);
            assertThat(pauses).first().satisfies(pause -> assertThat(pause).isGreaterThanOrEqualTo(900));
            assertThat(progress.stream().flatMap(p -> p.waitingFor().stream()))
                    .first()
                    .asString()
                    .startsWith("the server takes long to commit, so each batch is followed by a pause, the last of ");
            assertThat(progress.get(progress.size() - 1).waitingFor()).isEmpty();
        }
    }

    private static void await(CountDownLatch told) {
        try {
            assertThat(told.await(5, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
