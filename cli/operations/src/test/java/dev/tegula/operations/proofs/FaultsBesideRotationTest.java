package dev.tegula.operations.proofs;

import static dev.tegula.operations.live.LiveLab.patientColumns;
import static dev.tegula.operations.live.LiveLab.scope;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Tegula;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.UnavailableException;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.operations.proofs.FaultyDatabase.Fault;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.operations.rotation.Rotation;
import dev.tegula.operations.rotation.RotationListener;
import dev.tegula.operations.rotation.RotationOutcome;
import dev.tegula.operations.rotation.RotationReport;
import dev.tegula.operations.rotation.RotationRequest;
import dev.tegula.operations.rotation.RotationSettings;
import dev.tegula.registry.KeyState;
import dev.tegula.test.servers.Proofs;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Transactions fail: those of the writers, of the rotation beside them, and of the registry of both. */
@Tag("proof")
@Tag("long")
class FaultsBesideRotationTest {

    private static final Scope SSN = scope("patient.ssn");

    private LiveLab lab;

    @BeforeEach
    void start() {
        lab = LiveLab.start(LiveLab.shortLease());
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    @Test
    void rotate_whileTransactionsFailAndCommitsGoUnanswered_losesNoWrite() throws Exception {
        int rows = Proofs.count(800, 20_000);
        int writers = Proofs.count(8, 64);
        int rotations = Proofs.count(1, 10);
        long seed = Proofs.seed();
        lab.patients(rows);
        lab.sql("CREATE TABLE ledger (writer int, round int, PRIMARY KEY (writer, round))");
        lab.tegula.catalogue().orElseThrow().publish(patientColumns().subList(0, 1));
        KeyId first = lab.activeKey(SSN);
        FaultyDatabase faulty = new FaultyDatabase(lab.database, seed);
        int runs = 0;
        try (Tegula application = lab.engine(LiveLab.shortLease(), "application", faulty.dataSource());
                Tegula operator = lab.engine(LiveLab.shortLease(), "operator", faulty.dataSource());
                LedgerWriters writing = new LedgerWriters(faulty.dataSource(), application, writers, rows, seed)) {
            for (int i = 0; i < rotations; i++) {
                KeyId before = lab.activeKey(SSN);
                do {
                    rotate(operator, faulty);
                    runs++;
                } while (state(before) != KeyState.RETIRED);
                // One that goes on with what the last left open makes no key; the next does.
                assertThat(lab.activeKey(SSN)).isNotEqualTo(before);
            }
            writing.finish();
            faulty.heal();

            assertThat(writing.differences(lab.database, lab.field("patient.ssn")))
                    .isEmpty();
            assertThat(lab.under(lab.activeKey(SSN), "patient", "ssn"))
                    .as("rows under the newest key")
                    .isEqualTo(lab.number("SELECT count(*) FROM patient"));
            assertThat(state(first)).isEqualTo(KeyState.RETIRED);
            assertThat(writing.unanswered()).as("commits without an answer").isPositive();
            Proofs.done(
                    "%,d rotations in %,d runs beside %d writers: %,d transactions acknowledged, %,d unanswered, 0 lost;"
                            + " injected %,d + %,d times 40001, %,d + %,d cuts",
                    rotations,
                    runs,
                    writers,
                    writing.answered(),
                    writing.unanswered(),
                    faulty.injected(Fault.STATEMENT),
                    faulty.injected(Fault.COMMIT),
                    faulty.injected(Fault.CUT_BEFORE),
                    faulty.injected(Fault.CUT_AFTER));
        }
    }

    /** As an operator does who runs the command again when it says that the database was not to be reached. */
    private void rotate(Tegula operator, FaultyDatabase faulty) {
        RotationSettings settings = RotationSettings.standard()
                .withWriteLimit(Duration.ofSeconds(1))
                .withFencePatience(Duration.ofMinutes(1))
                .withSweep(SweepSettings.standard().withBatchRows(50));
        try {
            RotationReport report = new Rotation(operator, faulty.dataSource(), keys -> {}, settings)
                    .run(RotationRequest.of("patient.ssn").withWorkers(2), RotationListener.quiet(), new RunControl());
            assertThat(report.quarantined()).as(report.toString()).isZero();
            assertThat(report.outcome()).as(report.toString()).isIn(RotationOutcome.DONE, RotationOutcome.PARTIAL);
        } catch (UnavailableException e) {
            // It says so, and to run it again.
        }
    }

    private KeyState state(KeyId key) {
        return lab.tegula.registry().find(key).orElseThrow().state();
    }
}
