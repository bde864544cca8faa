package dev.tegula.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
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
    void keepsNothing_ofASensitive_isThatOfTheCodecInside() {
        assertThat(Inner.keepsNothing(ValueCodecs.sensitive(ValueCodecs.of(String.class))))
                .isTrue();
        assertThat(Inner.keepsNothing(ValueCodecs.sensitive(ValueCodecs.of(byte[].class))))
                .isTrue();
        assertThat(Inner.keepsNothing(ValueCodecs.sensitive(new Keeping()))).isFalse();
        assertThat(Inner.keepsNothing(new Keeping())).isFalse();
    }

    /** A codec of an application's, which keeps the array that it reads. */
    private static final class Keeping implements ValueCodec<byte[]> {

        private final List<byte[]> kept = new ArrayList<>();

        @Override
        public ValueType type() {
            return ValueType.BYTES;
        }

        @Override
        public String javaType() {
            return "byte[]";
        }

        @Override
        public byte[] encode(byte[] value) {
            return value;
        }

        @Override
        public byte[] decode(ValueType stored, byte[] source, int offset, int length) {
            kept.add(source);
            return source;
        }
    }

    @Test
    @SuppressWarnings({"NullAway", "DataFlowIssue"})
    void sensitive_ofNothing_isRefused() {
        assertThatThrownBy(() -> new Sensitive<>(null)).hasMessageStartingWith("value: ");
    }
}
