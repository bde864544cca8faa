package dev.tegula.keyring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.Mode;
import dev.tegula.failure.DeniedException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What was opened does not stay in memory once nobody may use it. */
final class ForgottenKeysTest extends KeyringLab {

    @Test
    void close_withOpenedKeys_keepsNone() {
        open();
        keyring.close();

        assertThat(keyring.openKeys()).isZero();
        assertThat(keyring.leases()).isZero();
    }

    @Test
    void close_withARefreshThatWaits_endsItAndServesNoEnvelope() {
        byte[] envelope = open();
        pass(Duration.ofMinutes(49));
        keyring.reader(envelope, SSN);
        assertThat(background.waiting()).isEqualTo(1);

        keyring.close();

        assertThat(background.waiting()).isZero();
        assertThatThrownBy(() -> keyring.reader(envelope, SSN)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void close_again_reportsNothing() {
        AtomicInteger reports = new AtomicInteger();
        registry.beforeReport = reports::incrementAndGet;

        keyring.close();
        keyring.close();

        assertThat(reports).hasValue(1);
    }

    @Test
    void forget_withOpenedKeys_asksTheKmsAgain() {
        byte[] envelope = open();
        int before = kms.calls();
        keyring.forget();
        assertThat(keyring.openKeys()).isZero();

        assertThat(keyring.reader(envelope, SSN).keyId()).isEqualTo(first.keyId());
        assertThat(kms.calls()).isEqualTo(before + 1);
        int reads = registry.activeReads();
        keyring.writer(SSN);
        assertThat(registry.activeReads()).isEqualTo(reads + 1);
    }

    @Test
    void ciphers_ofAKeyThatIsForgottenOrClosed_areDropped() {
        byte[] envelope = open();
        keyring.reader(envelope, SSN).decrypt(Mode.FIELD, null, envelope);
        assertThat(keyring.keptCiphers()).isPositive();
        keyring.forget();
        assertThat(keyring.keptCiphers()).isZero();

        keyring.reader(envelope, SSN).decrypt(Mode.FIELD, null, envelope);
        assertThat(keyring.keptCiphers()).as("opened again").isPositive();
        keyring.close();
        assertThat(keyring.keptCiphers()).isZero();
    }

    @Test
    void ciphers_ofADeniedKey_areDroppedAndOfOthersStay() {
        lifecycle.provide(NOTE, "main");
        byte[] note = keyring.writer(NOTE).encrypt(Mode.FIELD, null, new byte[] {2});
        pass(Duration.ofMinutes(30));
        byte[] envelope = keyring.writer(SSN).encrypt(Mode.FIELD, null, new byte[] {2});
        keyring.reader(envelope, SSN).decrypt(Mode.FIELD, null, envelope);
        int both = keyring.keptCiphers();
        kms.fail(new DeniedException("disabled"));
        pass(Duration.ofMinutes(31));
        assertThatThrownBy(() -> keyring.reader(note, NOTE)).isInstanceOf(DeniedException.class);

        assertThat(keyring.keptCiphers()).isPositive().isLessThan(both);
        keyring.reader(envelope, SSN).decrypt(Mode.FIELD, null, envelope);
    }

    @Test
    void ciphers_ofAnEvictedKey_areDroppedAndItIsOpenedAnew() {
        KeyringSettings standard = KeyringSettings.defaults();
        KeyringSettings one = new KeyringSettings(
                standard.cacheTtl(), standard.outageLimit(), standard.writeLease(), standard.writeLimit(), 1);
        lifecycle.provide(NOTE, "main");
        try (Keyring small = keyring(one, new BackgroundByHand())) {
            byte[] envelope = small.writer(SSN).encrypt(Mode.FIELD, null, new byte[] {2});
            byte[] note = small.writer(NOTE).encrypt(Mode.FIELD, null, new byte[] {3});
            int before = kms.calls();
            for (int i = 0; i < 20; i++) {
                assertThat(small.reader(envelope, SSN).decrypt(Mode.FIELD, null, envelope))
                        .containsExactly(2);
                assertThat(small.reader(note, NOTE).decrypt(Mode.FIELD, null, note))
                        .containsExactly(3);
                assertThat(small.keptCiphers()).as("of one key").isLessThanOrEqualTo(1);
            }
            assertThat(kms.calls() - before).as("of two keys, one is not there").isGreaterThanOrEqualTo(20);
        }
    }

    @Test
    void ciphers_ofAKeyThatWasRefreshed_areThoseItHad() {
        byte[] envelope = open();
        pass(Duration.ofMinutes(49));
        keyring.reader(envelope, SSN).decrypt(Mode.FIELD, null, envelope);
        background.runRefreshes();

        assertThat(keyring.reader(envelope, SSN).forgotten()).isFalse();
        keyring.reader(envelope, SSN).decrypt(Mode.FIELD, null, envelope);
        assertThat(keyring.keptCiphers()).isPositive();
    }

    /** In the cache, in the place that an envelope is looked for first, and under a lease. */
    private byte[] open() {
        byte[] envelope = keyring.writer(SSN).encrypt(Mode.FIELD, null, new byte[] {2});
        keyring.reader(envelope, SSN);
        assertThat(keyring.openKeys()).isEqualTo(2);
        assertThat(keyring.leases()).isEqualTo(1);
        return envelope;
    }
}
