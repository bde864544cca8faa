package dev.tegula.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.Tegula;
import dev.tegula.failure.DeniedException;
import dev.tegula.kms.Kek;
import dev.tegula.kms.KekStatus;
import dev.tegula.kms.Kms;
import dev.tegula.kms.WrapContext;
import dev.tegula.kms.WrappedKey;
import dev.tegula.registry.InMemoryKeyRegistry;
import dev.tegula.test.MemoryKms;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What health believes of a KMS after it has denied something. */
class DenialProbeTest {

    private final MemoryKms memory = MemoryKms.create();
    private boolean usable = true;

    /** A KMS whose KEK somebody may disable, which does not show in an answer about another key. */
    private final class Disabled implements Kms, Kek {

        private final Kek real = memory.kek("primary");

        @Override
        public String provider() {
            return real.provider();
        }

        @Override
        public Kek kek(String key) {
            return this;
        }

        @Override
        public String key() {
            return real.key();
        }

        @Override
        public WrappedKey wrap(byte[] root, WrapContext context) {
            return real.wrap(root, context);
        }

        @Override
        public byte[] unwrap(WrappedKey wrapped, WrapContext context) {
            return real.unwrap(wrapped, context);
        }

        @Override
        public WrappedKey rewrap(WrappedKey wrapped, WrapContext context) {
            return real.rewrap(wrapped, context);
        }

        @Override
        public KekStatus status() {
            return new KekStatus("1", usable, "");
        }

        @Override
        public void close() {
            memory.close();
        }
    }

    @Test
    void denies_whileTheKekIsNotToBeUsed_alsoAfterACallThatWasAnswered() {
        AtomicLong nanos = new AtomicLong();
        DenialProbe probe = new DenialProbe(nanos::get);
        Disabled kms = new Disabled();
        try (Tegula tegula = Tegula.builder("test")
                .kek("main", kms, "primary")
                .registry(new InMemoryKeyRegistry())
                .development()
                .build()) {
            FieldCipher<String> ssn = tegula.field("patient.ssn", String.class);
            byte[] envelope = ssn.encrypt("123-45-6789", Context.noTenant());
            assertThat(denies(probe, tegula, kms)).as("nothing was denied").isFalse();
            memory.deny();
            tegula.keyring().forget();
            assertThat(catchThrowable(() -> ssn.decrypt(envelope, Context.noTenant())))
                    .isInstanceOf(DeniedException.class);
            memory.work();
            usable = false;
            assertThat(denies(probe, tegula, kms)).as("asked for its status").isTrue();
            assertThat(ssn.decrypt(envelope, Context.noTenant())).isEqualTo("123-45-6789");
            assertThat(denies(probe, tegula, kms))
                    .as("one good call says nothing of the KEK")
                    .isTrue();
            usable = true;
            assertThat(denies(probe, tegula, kms)).as("not asked so soon").isTrue();
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(DenialProbe.PAUSE_SECONDS));
            assertThat(denies(probe, tegula, kms)).isFalse();
        }
    }

    private static boolean denies(DenialProbe probe, Tegula tegula, Kek kek) {
        return probe.denies("main", kek, tegula.keks().calls().get("main"));
    }
}
