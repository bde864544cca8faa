package dev.tegula.operations.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.failure.DeniedException;
import dev.tegula.operations.check.CheckList.Finding;
import dev.tegula.operations.check.CheckList.State;
import org.junit.jupiter.api.Test;

/** A check that fails says why and stops no other; which code that is, is for the command line to say. */
class CheckListTest {

    private final CheckList checks = new CheckList();

    @Test
    void check_thatFails_holdsTheFailureWithItsCureAndLetsOthersRun() {
        DeniedException denied = new DeniedException("no");
        boolean first = checks.check("KEK main", "vault status", () -> {
            throw denied;
        });
        boolean second = checks.check("clock", () -> "1 ms behind this host");

        assertThat(first).isFalse();
        assertThat(second).isTrue();
        assertThat(checks.findings())
                .containsExactly(
                        new Finding(State.FAILED, "KEK main", "no", "vault status", denied),
                        new Finding(State.OK, "clock", "1 ms behind this host", "", null));
    }

    @Test
    void check_withSomethingToSay_isANoteAndNoFailure() {
        assertThat(checks.check("retention", () -> {
                    throw new CheckList.Note("not declared");
                }))
                .isTrue();
        checks.skip("needs the database", "clock", "tables");

        assertThat(checks.findings())
                .extracting(Finding::state)
                .containsExactly(State.NOTE, State.SKIPPED, State.SKIPPED);
    }
}
