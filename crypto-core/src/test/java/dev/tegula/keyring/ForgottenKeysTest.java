package dev.tegula.keyring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.Mode;
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

    /** In the cache, in the place that an envelope is looked for first, and under a lease. */
    private byte[] open() {
        byte[] envelope = keyring.writer(SSN).encrypt(Mode.FIELD, null, new byte[] {2});
        keyring.reader(envelope, SSN);
        assertThat(keyring.openKeys()).isEqualTo(2);
        assertThat(keyring.leases()).isEqualTo(1);
        return envelope;
    }
}
