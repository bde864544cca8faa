package dev.tegula.operations.reencrypt;

import static dev.tegula.operations.live.LiveLab.move;
import static dev.tegula.operations.live.LiveLab.patientColumns;
import static dev.tegula.operations.live.LiveLab.scope;
import static dev.tegula.operations.live.LiveLab.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.cipher.EnvelopeCipher;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.operations.live.Eventually;
import dev.tegula.operations.live.LiveLab;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A KMS that takes its time to open the keys of a page holds no transaction open: the server would end it. */
final class SlowKeysTest {

    private static final Scope SSN = scope("patient.ssn");
    private static final int ROWS = 60;
    private static final int PAGE = 20;
    private static final String WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND"
            + " application_name = '" + SweepSettings.APPLICATION + "' AND state = 'idle in transaction'";

    /** So long that the server does not end what the test waits for. */
    private static final SweepSettings PATIENT = new SweepSettings(
            PAGE,
            4L << 20,
            Duration.ofMillis(200),
            Duration.ofMinutes(15),
            Duration.ofMinutes(15),
            2,
            3,
            0,
            1L << 20,
            Duration.ofSeconds(30));

    @Test
    void sweep_whileKeysAreOpened_hasNoTransactionOpen() throws Exception {
        try (LiveLab lab = LiveLab.start()) {
            lab.patients(ROWS);
            KeyId old = lab.activeKey(SSN);
            KeyId fresh = lab.nextKey(SSN).keyId();
            CipherSource keys = CipherSource.of(lab.tegula.keyring());
            AtomicInteger opened = new AtomicInteger();
            Reencryption reencryption = new Reencryption(
                    lab.database,
                    new CipherSource() {
                        @Override
                        public EnvelopeCipher cipher(KeyId keyId, Scope scope) {
                            if (opened.getAndIncrement() % PAGE == 0) {
                                Eventually.isTrue("no transaction is open", () -> lab.number(WAITING) == 0);
                            }
                            return keys.cipher(keyId, scope);
                        }

                        @Override
                        public EnvelopeCipher target(KeyId keyId, Scope scope) {
                            return keys.target(keyId, scope);
                        }
                    },
                    PATIENT);
            Job job = reencryption.plan(spec(patientColumns().subList(0, 1), 1, move(SSN, fresh, old)));

            JobReport report = reencryption.sweep(job.id(), 1, new RunControl(), ProgressListener.none());

            assertThat(report.moved()).isEqualTo(ROWS);
            assertThat(opened).hasValue(ROWS);
        }
    }
}
