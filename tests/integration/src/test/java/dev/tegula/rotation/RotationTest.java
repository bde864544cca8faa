package dev.tegula.rotation;

import static dev.tegula.live.LiveLab.patientColumns;
import static dev.tegula.live.LiveLab.scope;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Tegula;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.live.LiveLab;
import dev.tegula.live.Writers;
import dev.tegula.reencrypt.RunControl;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RotationTest {

    private static final Scope SSN = scope("patient.ssn");

    private final List<KeyRow> backedUp = new ArrayList<>();
    private LiveLab lab;

    @BeforeEach
    void start() {
        lab = LiveLab.start(LiveLab.shortLease());
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private Rotation rotation() {
        lab.tegula.catalogue().orElseThrow().publish(patientColumns());
        RotationSettings settings = RotationSettings.standard().withWriteLimit(Duration.ofSeconds(1));
        return new Rotation(lab.tegula, lab.database, backedUp::addAll, settings);
    }

    @Test
    void run_whileEightWritersWrite_losesNothingAndLeavesNothingUnderTheOldKey() throws Exception {
        int rows = 4_000;
        lab.patients(rows);
        KeyId old = lab.activeKey(SSN);
        Rotation rotation = rotation();
        RotationReport report;
        try (Tegula application = lab.engine(LiveLab.shortLease(), "app-1");
                Writers writers = new Writers(lab, application, 8, rows)) {
            Thread.sleep(500);
            report = rotation.run(
                    RotationRequest.of("patient.ssn").withWorkers(2), RotationListener.quiet(), new RunControl());
            Thread.sleep(200);
            writers.finish();

            assertThat(report.remarks()).isEmpty();
            assertThat(report.outcome()).isEqualTo(RotationOutcome.DONE);
            assertThat(writers.acknowledged.get()).isGreaterThan(200);
            assertThat(writers.lost()).isEmpty();
        }
        assertThat(lab.under(old, "patient", "ssn")).isZero();
        assertThat(lab.under(lab.activeKey(SSN), "patient", "ssn")).isEqualTo(rows);
        assertThat(lab.tegula.registry().find(old).orElseThrow().state()).isEqualTo(KeyState.RETIRED);
        assertThat(backedUp).extracting(KeyRow::keyId).contains(lab.activeKey(SSN));
    }
}
