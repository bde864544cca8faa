package dev.tegula.operations.rotation;

import static dev.tegula.operations.live.LiveLab.patientColumns;
import static dev.tegula.operations.live.LiveLab.scope;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.operations.reencrypt.Progress;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A live database of patients, and rotations of their fields. */
abstract class RotationLab {

    static final Scope SSN = scope("patient.ssn");
    static final Scope NOTE = scope("patient.note");

    final List<KeyRow> backedUp = new ArrayList<>();
    final Recorder recorder = new Recorder();
    LiveLab lab;

    @BeforeEach
    void start() {
        lab = LiveLab.start(LiveLab.shortLease());
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    /** Keeps what it hears. */
    static final class Recorder implements RotationListener {
        final List<String> steps = new CopyOnWriteArrayList<>();
        Progress last;

        @Override
        public void step(Step step, State state, String detail) {
            steps.add(step + " " + state);
        }

        @Override
        public void progress(Progress progress) {
            last = progress;
        }
    }

    Rotation rotation(List<EncryptedColumn> columns, SweepSettings sweep) {
        lab.tegula.catalogue().orElseThrow().publish(columns);
        RotationSettings settings = RotationSettings.standard()
                .withWriteLimit(Duration.ofSeconds(1))
                .withFencePatience(Duration.ofMinutes(1))
                .withSweep(sweep);
        return new Rotation(lab.tegula, lab.database, backedUp::addAll, settings);
    }

    Rotation rotation() {
        return rotation(patientColumns(), SweepSettings.standard());
    }

    KeyState state(KeyId key) {
        return lab.tegula.registry().find(key).orElseThrow().state();
    }

    Rotation patientRotation(Duration writeLimit) {
        lab.tegula.catalogue().orElseThrow().publish(patientColumns());
        return new Rotation(
                lab.tegula,
                lab.database,
                backedUp::addAll,
                RotationSettings.standard().withWriteLimit(writeLimit));
    }

    static Scope tenant(String name) {
        return Scope.data(FieldId.of("visit.text"), TenantId.of(name));
    }
}
