package dev.tegula.kms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.ConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A KEK that does not bind its context, or does not give back what it wrapped, wraps nothing. */
final class KekProbeTest {

    private static final Scope SSN = Scope.data(FieldId.of("patient.ssn"), TenantId.none());

    private static Keks keks(Kek kek) {
        return Keks.of(Map.of("main", new Keks.Binding(kek, List.of("*"), true)));
    }

    private static WrapContext context(String deployment) {
        return WrapContext.of(deployment, Suite.XAES_256_GCM, SSN, KeyId.copyOf(new byte[KeyId.SIZE_BYTES]));
    }

    @Test
    void kek_thatIgnoresContext_isRefusedBeforeItWraps() {
        Keks keks = keks(new OddKek() {
            @Override
            WrapContext seen(WrapContext context) {
                return context("any");
            }
        });

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> keks.kek("main", SSN.field()))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("KEK `main` (local, odd) ignores context");
        }
    }

    @Test
    void kek_thatGivesBackSomethingElse_isRefusedBeforeItWraps() {
        Keks keks = keks(new OddKek() {
            @Override
            byte[] comeBack(byte[] root) {
                root[31] ^= 1;
                return root;
            }
        });

        assertThatThrownBy(() -> keks.kek("main", SSN.field()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("does not give back what it wrapped");
    }

    @Test
    void kek_thatBindsContext_isProbedOnce() {
        OddKek kek = new OddKek();
        Keks keks = keks(kek);

        Kek probed = keks.kek("main", SSN.field());
        assertThat(probed.key()).isEqualTo(kek.key());
        assertThat(keks.kek("main", SSN.field())).isSameAs(probed);

        // One wrap; one unwrap under the same context and one under another.
        assertThat(kek.handedOver).hasSize(1);
        assertThat(kek.unwraps).isEqualTo(2);
    }

    @Test
    void probe_ofEveryKek_wrapsAValueOfItsOwn() {
        OddKek one = new OddKek();
        OddKek two = new OddKek();

        KekProbe.check("main", one);
        KekProbe.check("main", two);

        assertThat(one.wrapped).hasSize(32).isNotEqualTo(new byte[32]).isNotEqualTo(two.wrapped);
    }

    @Test
    void probe_withWhatWasJustOpened_asksOnceUnderAnotherContext() {
        OddKek kek = new OddKek();
        Keks keks = keks(kek);
        WrappedKey opened = kek.wrap(new byte[32], context("test"));

        keks.probe("main", kek, opened, context("other"));
        keks.probe("main", kek, opened, context("other"));

        assertThat(kek.unwraps).isEqualTo(1);
        assertThatThrownBy(() -> keks(kek).probe("main", kek, opened, context("test")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("ignores context");
    }

    @Test
    void probe_ofAnyOutcome_leavesNoValueBehind() {
        OddKek good = new OddKek();
        keks(good).kek("main", SSN.field());
        OddKek heedless = new OddKek() {
            @Override
            WrapContext seen(WrapContext context) {
                return context("any");
            }
        };
        assertThatThrownBy(() -> KekProbe.check("main", heedless)).isInstanceOf(ConfigurationException.class);

        for (OddKek kek : List.of(good, heedless)) {
            assertThat(kek.handedOver).hasSize(1).allSatisfy(KekProbeTest::wiped);
            assertThat(kek.givenBack).isNotEmpty().allSatisfy(KekProbeTest::wiped);
        }
        assertThat(heedless.givenBack).hasSize(2);
    }

    @Test
    void rewrapFrom_anotherKek_leavesNoRootBehind() {
        OddKek from = new OddKek();
        OddKek to = new OddKek();
        WrappedKey wrapped = from.wrap(new byte[] {1, 2, 3}, context("test"));

        assertThatCode(() -> to.unwrap(to.rewrapFrom(from, wrapped, context("test")), context("test")))
                .doesNotThrowAnyException();

        assertThat(from.givenBack).singleElement().satisfies(KekProbeTest::wiped);
        assertThat(to.givenBack).singleElement().isEqualTo(new byte[] {1, 2, 3});
    }

    private static void wiped(byte[] bytes) {
        assertThat(bytes).containsOnly(0);
    }

    /** Keeps the arrays that went through it, and may be odd. */
    private static class OddKek implements Kek {
        private final Kek real = new LocalKms().kek("odd");
        final List<byte[]> handedOver = new ArrayList<>();
        final List<byte[]> givenBack = new ArrayList<>();
        byte[] wrapped = {};
        int unwraps;

        WrapContext seen(WrapContext context) {
            return context;
        }

        byte[] comeBack(byte[] root) {
            return root;
        }

        @Override
        public String provider() {
            return "local";
        }

        @Override
        public String key() {
            return "odd";
        }

        @Override
        public WrappedKey wrap(byte[] root, WrapContext context) {
            handedOver.add(root);
            wrapped = root.clone();
            return real.wrap(root, seen(context));
        }

        @Override
        public byte[] unwrap(WrappedKey wrapped, WrapContext context) {
            unwraps++;
            byte[] root = comeBack(real.unwrap(wrapped, seen(context)));
            givenBack.add(root);
            return root;
        }

        @Override
        public WrappedKey rewrap(WrappedKey wrapped, WrapContext context) {
            return real.rewrap(wrapped, seen(context));
        }

        @Override
        public KekStatus status() {
            return real.status();
        }
    }
}
