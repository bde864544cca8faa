package dev.tegula.operations.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.envelope.KeyId;
import dev.tegula.operations.reencrypt.Progress;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.registry.KeyState;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A rotation whose new key is replaced by that of a rotation on another host, before it has ended itself. */
final class RotationOvertakenTest extends RotationLab {

    /** Activates one more key as soon as a step is told of, once. */
    private final class Overtaking implements RotationListener {
        private final Step step;
        private final State state;
        private KeyId second;
        private KeyId third;

        Overtaking(Step step, State state) {
            this.step = step;
            this.state = state;
        }

        @Override
        public void step(Step told, State how, String detail) {
            recorder.step(told, how, detail);
            if (told == step && how == state && third == null) {
                second = lab.activeKey(SSN);
                third = lab.nextKey(SSN).keyId();
            }
        }

        @Override
        public void progress(Progress progress) {}
    }

    private RotationReport overtaken(Overtaking other) {
        return rotation().run(RotationRequest.of("patient.ssn"), other, new RunControl());
    }

    @Test
    void run_afterItsValuesWereVerified_leavesTheKeyThatWasReplacedToTheOther() throws SQLException {
        lab.patients(50);
        KeyId first = lab.activeKey(SSN);
        Overtaking other = new Overtaking(Step.VERIFY, RotationListener.State.DONE);

        RotationReport report = overtaken(other);

        assertThat(report.outcome()).isEqualTo(RotationOutcome.DONE);
        assertThat(report.remarks()).singleElement().asString().contains("v2", "was replaced meanwhile");
        assertThat(state(first)).isEqualTo(KeyState.RETIRED);
        assertThat(state(other.second)).isEqualTo(KeyState.DECRYPT_ONLY);
        assertThat(state(other.third)).isEqualTo(KeyState.ACTIVE);
        RotationReport next = rotation().run(RotationRequest.of("patient.ssn"), recorder, new RunControl());
        assertThat(next.outcome()).isEqualTo(RotationOutcome.DONE);
        assertThat(state(other.second)).isEqualTo(KeyState.RETIRED);
        assertThat(lab.under(other.third, "patient", "ssn")).isEqualTo(50);
    }

    /** Else a fence refuses those who still write under the key that it was to lead to. */
    @Test
    void run_whileItReencrypts_waitsForWritersOfTheReplacedKeyAndMovesToTheLatest() throws SQLException {
        lab.patients(50);
        Overtaking other = new Overtaking(Step.REENCRYPT, RotationListener.State.STARTED);

        RotationReport report = overtaken(other);

        assertThat(report.outcome()).isEqualTo(RotationOutcome.DONE);
        assertThat(report.remarks()).isEmpty();
        assertThat(Collections.frequency(recorder.steps, "WAIT DONE")).isEqualTo(2);
        assertThat(List.of(state(other.second), state(other.third))).containsExactly(KeyState.RETIRED, KeyState.ACTIVE);
        assertThat(lab.under(other.third, "patient", "ssn")).isEqualTo(50);
    }

    /** It has seen the new key, and says so only when all else is done. */
    @Test
    void run_besideAnInstanceThatIsSlowToSayWhatItHasSeen_waitsForItOnceMoreBeforeItRetires() throws SQLException {
        lab.patients(50);
        KeyId first = lab.activeKey(SSN);
        lab.sql("INSERT INTO tegula_instance (id, name, epoch, seen_at)"
                + " VALUES (gen_random_uuid(), 'slow', 0, now() + interval '1 hour')");
        RotationListener hearing = new RotationListener() {
            @Override
            public void step(Step step, State state, String detail) {
                recorder.step(step, state, detail);
                if (step == Step.WAIT && Collections.frequency(recorder.steps, "WAIT STARTED") == 2) {
                    lab.sql("UPDATE tegula_instance SET epoch = (SELECT max(rev) FROM tegula_key) WHERE name = 'slow'");
                }
            }

            @Override
            public void progress(Progress progress) {}
        };

        RotationReport report = rotation().run(RotationRequest.of("patient.ssn"), hearing, new RunControl());

        assertThat(report.outcome()).isEqualTo(RotationOutcome.DONE);
        assertThat(recorder.steps).endsWith("VERIFY DONE", "WAIT STARTED", "WAIT DONE", "RETIRE DONE");
        assertThat(state(first)).isEqualTo(KeyState.RETIRED);
    }
}
