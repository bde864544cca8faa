package dev.tegula.operations.proofs;

import static dev.tegula.operations.live.LiveLab.patientColumns;
import static dev.tegula.operations.live.LiveLab.scope;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Tegula;
import dev.tegula.envelope.Scope;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.operations.live.Writers;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.operations.rotation.Rotation;
import dev.tegula.operations.rotation.RotationListener;
import dev.tegula.operations.rotation.RotationOutcome;
import dev.tegula.operations.rotation.RotationReport;
import dev.tegula.operations.rotation.RotationRequest;
import dev.tegula.operations.rotation.RotationSettings;
import dev.tegula.test.servers.Proofs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Operators on hosts of their own, who all rotate the same field at once, again and again, beside writers. */
@Tag("proof")
class OperatorsTogetherTest {

    private static final Scope SSN = scope("patient.ssn");
    private static final int OPERATORS = 8;
    private static final int ROWS = 600;

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
    void rotate_byEightAtOnce_endsWellForEachAndKeepsOneKey() throws Exception {
        int rounds = Proofs.count(1, 200);
        lab.patients(ROWS);
        lab.tegula.catalogue().orElseThrow().publish(patientColumns());
        ExecutorService hosts = Executors.newFixedThreadPool(OPERATORS);
        List<Tegula> engines = new ArrayList<>();
        try (Tegula application = lab.engine(LiveLab.shortLease(), "application")) {
            List<Callable<RotationReport>> operators = new ArrayList<>();
            for (int i = 0; i < OPERATORS; i++) {
                Tegula engine = lab.engine(LiveLab.shortLease(), "host-" + i);
                engines.add(engine);
                operators.add(() -> rotate(engine));
            }
            try (Writers writers = new Writers(lab, application, 2, ROWS)) {
                for (int round = 1; round <= rounds; round++) {
                    for (Future<RotationReport> host : hosts.invokeAll(operators, 10, TimeUnit.MINUTES)) {
                        RotationReport report = host.get();
                        assertThat(report.outcome())
                                .as("round %d: %s", round, report)
                                .isEqualTo(RotationOutcome.DONE);
                    }
                }
                writers.finish();
                assertThat(writers.lost()).isEmpty();
                assertThat(lab.number(
                                "SELECT count(*) FROM tegula_key WHERE field = 'patient.ssn' AND state <> 'RETIRED'"))
                        .isEqualTo(1);
                assertThat(lab.under(lab.activeKey(SSN), "patient", "ssn")).isEqualTo(ROWS);
                Proofs.done(
                        "%d operators, %,d rounds, %,d keys, %,d transactions beside them: 0 lost",
                        OPERATORS,
                        rounds,
                        lab.number("SELECT count(*) FROM tegula_key WHERE field = 'patient.ssn'"),
                        writers.acknowledged.get());
            }
        } finally {
            hosts.shutdownNow();
            engines.forEach(Tegula::close);
        }
    }

    private RotationReport rotate(Tegula engine) {
        RotationSettings settings = RotationSettings.standard()
                .withWriteLimit(Duration.ofSeconds(1))
                .withFencePatience(Duration.ofMinutes(1))
                .withSweep(SweepSettings.standard().withBatchRows(50));
        return new Rotation(engine, lab.database, keys -> {}, settings)
                .run(RotationRequest.of("patient.ssn"), RotationListener.quiet(), new RunControl());
    }
}
