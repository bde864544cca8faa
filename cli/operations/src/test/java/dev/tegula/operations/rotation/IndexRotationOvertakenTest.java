package dev.tegula.operations.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A rotation of an index key that another host ends, which then begins the next one, before this one has ended itself. */
@Tag("long")
final class IndexRotationOvertakenTest extends IndexRotationLab {

    private void stoppedAt(IndexStep last) {
        RunControl control = new RunControl();
        rotation()
                .run(
                        SSN,
                        Set.of(),
                        (step, detail) -> {
                            if (step == last) {
                                control.stop();
                            }
                        },
                        control);
    }

    /** As all writers do who know every key that there is. */
    private void assertWriterComesIn(String value) throws SQLException {
        engines.get(0).keyring().dropLeases();
        insert(Row.of(engines.get(0), value));
    }

    @ParameterizedTest
    @CsvSource({
        "COMPLETE, CREATE",
        "COMPLETE, LEASES",
        "WAIT, WAIT",
        "FENCE, WAIT",
        "FENCE, FENCE",
        "ACTIVATE, WAIT",
        "ACTIVATE, LEASES",
        "LEASES, WAIT",
        "LEASES, LEASES",
        "CLOSE, WAIT",
        "CLOSE, FENCE",
        "CLOSE, LEASES",
        "CLOSE, RETIRE",
        "RETIRE, LEASES"
    })
    void run_behindOneThatEndedItAndBeganTheNext_endsWellAndShutsNobodyOut(IndexStep at, IndexStep last)
            throws SQLException {
        AtomicBoolean overtaken = new AtomicBoolean();

        IndexRotationReport report = rotate((step, detail) -> {
            if (step == at && overtaken.compareAndSet(false, true)) {
                assertThat(rotate(IndexRotationListener.none()).outcome()).isEqualTo(RotationOutcome.DONE);
                stoppedAt(last);
            }
        });

        assertThat(overtaken).isTrue();
        assertThat(report.outcome()).as(report.toString()).isEqualTo(RotationOutcome.DONE);
        assertThat(report.left()).isEmpty();
        assertWriterComesIn("late");
        assertThat(rotate(IndexRotationListener.none()).outcome()).isEqualTo(RotationOutcome.DONE);
        assertThat(keys(KeyState.DECRYPT_ONLY)).isEmpty();
        assertThat(keys(KeyState.PENDING)).isEmpty();
        assertThat(keys(KeyState.ACTIVE)).extracting(KeyRow::version).containsExactly(last == IndexStep.RETIRE ? 4 : 3);
        assertThat(lab.number("SELECT count(*) FROM person WHERE ssn_index = substring(ssn_next from 33)"))
                .isEqualTo(ROWS + 1);
    }

    /** The same before the other has ended it: both go on with one key. */
    @ParameterizedTest
    @CsvSource({"COMPLETE, WAIT", "COMPLETE, LEASES", "COMPLETE, CLOSE", "WAIT, LEASES", "ACTIVATE, CLOSE"})
    void run_besideOneThatIsFurther_joinsIt(IndexStep at, IndexStep last) throws SQLException {
        AtomicBoolean overtaken = new AtomicBoolean();

        IndexRotationReport report = rotate((step, detail) -> {
            if (step == at && overtaken.compareAndSet(false, true)) {
                stoppedAt(last);
            }
        });

        assertThat(report.outcome()).as(report.toString()).isEqualTo(RotationOutcome.DONE);
        assertWriterComesIn("late");
        assertThat(keys(KeyState.ACTIVE)).extracting(KeyRow::version).containsExactly(2);
        assertThat(keys(KeyState.RETIRED)).extracting(KeyRow::version).containsExactly(1);
        assertThat(lab.number("SELECT count(*) FROM person WHERE ssn_index = substring(ssn_next from 33)"))
                .isEqualTo(ROWS + 1);
    }

    /** It has seen the new key, and says so only when all else is done. */
    @Test
    void run_besideAnInstanceThatIsSlowToSayWhatItHasSeen_waitsForItBeforeItRetires() {
        List<String> steps = new ArrayList<>();
        IndexRotationReport report = rotate((step, detail) -> {
            steps.add(step + " " + detail);
            if (step == IndexStep.CLOSE) {
                lab.sql("INSERT INTO tegula_instance (id, name, epoch, seen_at)"
                        + " VALUES (gen_random_uuid(), 'slow', 0, now() + interval '1 hour')");
            } else if (detail.contains("slow, epoch 0")) {
                lab.sql("UPDATE tegula_instance SET epoch = (SELECT max(rev) FROM tegula_key) WHERE name = 'slow'");
            }
        });

        assertThat(report.outcome()).isEqualTo(RotationOutcome.DONE);
        assertThat(steps)
                .anySatisfy(step -> assertThat(step).startsWith("LEASES").contains("slow, epoch 0"));
        assertThat(report.retired()).extracting(KeyRow::version).containsExactly(1);
        assertThat(keys(KeyState.RETIRED)).extracting(KeyRow::version).containsExactly(1);
    }
}
