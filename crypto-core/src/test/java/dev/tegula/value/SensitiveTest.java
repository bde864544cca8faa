package dev.tegula.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class SensitiveTest {

    private record Patient(String name, Sensitive<String> ssn) {}

    @Test
    void toString_ofAnyValue_showsNothingOfIt() {
        assertThat(new Sensitive<>("CANARY")).hasToString("Sensitive[***]");
        assertThat(new Patient("Ada", new Sensitive<>("CANARY"))).hasToString("Patient[name=Ada, ssn=Sensitive[***]]");
        assertThat(String.format("%s", new Sensitive<>(1234))).doesNotContain("1234");
    }

    @Test
    void sensitive_ofTheSameValue_isEqualAndGivesItBack() {
        assertThat(new Sensitive<>("a")).isEqualTo(new Sensitive<>("a")).isNotEqualTo(new Sensitive<>("b"));
        assertThat(new Sensitive<>("a").value()).isEqualTo("a");
    }

    @Test
    @SuppressWarnings({"NullAway", "DataFlowIssue"})
    void sensitive_ofNothing_isRefused() {
        assertThatThrownBy(() -> new Sensitive<>(null)).hasMessageStartingWith("value: ");
    }
}
