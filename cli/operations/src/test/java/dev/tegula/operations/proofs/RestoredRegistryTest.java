package dev.tegula.operations.proofs;

import static dev.tegula.operations.live.LiveLab.patientColumns;
import static dev.tegula.operations.live.LiveLab.scope;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.Tegula;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.TegulaException;
import dev.tegula.operations.live.Eventually;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.rotation.Rotation;
import dev.tegula.operations.rotation.RotationListener;
import dev.tegula.operations.rotation.RotationOutcome;
import dev.tegula.operations.rotation.RotationRequest;
import dev.tegula.operations.rotation.RotationSettings;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyUses;
import dev.tegula.test.servers.Proofs;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The registry is restored to before a rotation, the tables are not, and an application writes all the time: what it was told is written
 * opens once the keys are imported as the runbook says, and nothing is written under the key that is ACTIVE again.
 */
@Tag("proof")
@Tag("long")
class RestoredRegistryTest {

    private static final Scope SSN = scope("patient.ssn");
    private static final int ROWS = 200;

    private final Map<Long, String> acknowledged = new ConcurrentHashMap<>();
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private LiveLab lab;

    @BeforeEach
    void start() {
        lab = LiveLab.start(LiveLab.shortLease());
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    /** An application that goes on after whatever it is told; only what was committed counts. */
    private final class Writer implements AutoCloseable {
        private final Tegula application = lab.engine(LiveLab.shortLease(), "application");
        private final FieldCipher<String> ssn = application.field("patient.ssn", String.class);
        private final Thread thread = new Thread(this::write);
        private volatile boolean stop;
        private volatile Throwable unforeseen;

        Writer() {
            thread.start();
        }

        private void write() {
            for (long round = 1; !stop; round++) {
                long id = round % ROWS;
                String value = "w-" + System.identityHashCode(this) + "-" + round;
                try {
                    lab.update("UPDATE patient SET ssn = ? WHERE id = ?", ssn.encrypt(value, Context.noTenant()), id);
                    acknowledged.put(id, value);
                    written.incrementAndGet();
                } catch (TegulaException e) {
                    refused.incrementAndGet();
                } catch (SQLException e) {
                    if (!application.fenced(e)) {
                        unforeseen = e;
                        return;
                    }
                    refused.incrementAndGet();
                }
            }
        }

        @Override
        public void close() throws InterruptedException {
            stop = true;
            thread.join();
            application.close();
            assertThat(unforeseen).isNull();
        }
    }

    @Test
    void registry_restoredUnderAWriter_losesNothingThatWasAcknowledged() throws Exception {
        int rounds = Proofs.count(1, 50);
        lab.patients(ROWS);
        lab.tegula.catalogue().orElseThrow().publish(patientColumns().subList(0, 1));
        for (int round = 1; round <= rounds; round++) {
            KeyId old = lab.activeKey(SSN);
            List<KeyRow> backedUp = new ArrayList<>();
            try (Writer writer = new Writer()) {
                waitForWrites();
                lab.sql("CREATE TABLE earlier AS SELECT * FROM tegula_key");
                rotate(lab.tegula, backedUp);
                waitForWrites();

                lab.sql(
                        "BEGIN; DELETE FROM tegula_key; INSERT INTO tegula_key SELECT * FROM earlier; COMMIT",
                        "DROP TABLE earlier");

                long before = refused.get();
                Eventually.isTrue("the writer is refused", () -> refused.get() > before + 10);
                assertThat(lab.under(old, "patient", "ssn"))
                        .as("values under the key that is ACTIVE again")
                        .isZero();
            }
            // As the runbook says: the keys are imported, instances started again, and the field rotated.
            try (Tegula operator = lab.engine(LiveLab.shortLease(), "operator")) {
                operator.lifecycle(row -> new KeyUses.Uses(new TreeMap<>(), List.of(), true))
                        .restore(backedUp, false);
                rotate(operator, new ArrayList<>());
                try (Writer writer = new Writer()) {
                    waitForWrites();
                }
                assertThat(lost(operator)).isEmpty();
            }
        }
        Proofs.done(
                "%,d restores under a writer: %,d writes acknowledged, %,d refused, 0 lost",
                rounds, written.get(), refused.get());
    }

    private void waitForWrites() {
        long before = written.get();
        Eventually.isTrue("writes", () -> written.get() > before + 50);
    }

    private void rotate(Tegula operator, List<KeyRow> backedUp) {
        Rotation rotation = new Rotation(
                operator,
                lab.database,
                backedUp::addAll,
                RotationSettings.standard().withWriteLimit(Duration.ofSeconds(1)));
        assertThat(rotation.run(RotationRequest.of("patient.ssn"), RotationListener.quiet(), new RunControl())
                        .outcome())
                .isEqualTo(RotationOutcome.DONE);
    }

    private List<String> lost(Tegula reader) throws SQLException {
        FieldCipher<String> ssn = reader.field("patient.ssn", String.class);
        List<String> lost = new ArrayList<>();
        for (long id = 0; id < ROWS; id++) {
            String found = ssn.decrypt(lab.bytes("SELECT ssn FROM patient WHERE id = " + id), Context.noTenant());
            String wanted = acknowledged.getOrDefault(id, "ssn-" + id);
            if (!found.equals(wanted)) {
                lost.add(id + " holds " + found + ", not " + wanted);
            }
        }
        return lost;
    }
}
