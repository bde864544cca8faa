package dev.tegula.operations.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.registry.KeyState;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A rotation of several fields that was interrupted leaves none of them out when it is run again. */
@Tag("long")
final class RotationResumeTest extends RotationLab {

    private RotationReport run(RotationRequest request) {
        return rotation().run(request, recorder, new RunControl());
    }

    private long versions(String field) {
        return lab.number("SELECT count(*) FROM tegula_key WHERE field = '" + field + "'");
    }

    /** Everything but the last step leaves one field under way and the other untouched. */
    @ParameterizedTest
    @EnumSource(value = Step.class, mode = EnumSource.Mode.EXCLUDE, names = "RETIRE")
    void run_ofAllFields_afterOneWasBegunAlone_rotatesTheOthersToo(Step reached) throws Exception {
        lab.patients(60);
        KeyId oldSsn = lab.activeKey(SSN);
        KeyId oldNote = lab.activeKey(NOTE);
        run(RotationRequest.of("patient.ssn").until(reached));

        RotationReport report = run(RotationRequest.of("patient.*"));

        assertThat(report.outcome()).isEqualTo(RotationOutcome.DONE);
        assertThat(report.scopes())
                .extracting(RotationReport.ScopeResult::scope)
                .containsExactlyInAnyOrder(SSN, NOTE);
        assertThat(state(oldSsn)).isEqualTo(KeyState.RETIRED);
        assertThat(state(oldNote)).isEqualTo(KeyState.RETIRED);
        assertThat(lab.under(lab.activeKey(SSN), "patient", "ssn")).isEqualTo(60);
        assertThat(lab.under(lab.activeKey(NOTE), "patient", "note")).isEqualTo(40);
        assertThat(versions("patient.ssn")).isEqualTo(2);
        assertThat(versions("patient.note")).isEqualTo(2);
    }

    /** One that was stopped in its last step is not begun again for the fields that had reached it. */
    @Test
    void run_ofAllFields_afterOneOfThemReachedTheEnd_finishesTheOtherAndNamesTheFirst() throws Exception {
        lab.patients(60);
        KeyId oldNote = lab.activeKey(NOTE);
        run(RotationRequest.of("patient.*").until(Step.VERIFY));
        rotation().lifecycle().retire(oldNote);

        RotationReport report = run(RotationRequest.of("patient.*"));

        assertThat(report.outcome()).isEqualTo(RotationOutcome.DONE);
        assertThat(report.remarks())
                .singleElement()
                .asString()
                .contains("patient.note")
                .contains("no other key was made");
        assertThat(versions("patient.ssn")).isEqualTo(2);
        assertThat(versions("patient.note")).isEqualTo(2);
        assertThat(rotation().plan(RotationRequest.of("patient.*"), false).scopes())
                .allMatch(scope -> scope.next() == Step.CREATE);
    }

    @Test
    void plan_ofAllFields_afterOneWasBegunAlone_saysWhichGetAKey() throws Exception {
        lab.patients(60);
        Scope begun = SSN;
        run(RotationRequest.of("patient.ssn").until(Step.CREATE));

        RotationPlan plan = rotation().plan(RotationRequest.of("patient.*"), true);

        assertThat(plan.values()).isEqualTo(100);
        assertThat(plan.scopes()).allSatisfy(scope -> assertThat(scope.next())
                .isEqualTo(scope.scope().equals(begun) ? Step.ACTIVATE : Step.CREATE));
    }
}
