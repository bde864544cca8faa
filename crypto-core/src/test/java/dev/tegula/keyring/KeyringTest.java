package dev.tegula.keyring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.cipher.EnvelopeCipher;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Mode;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.TegulaException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.Retention;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How long opened keys serve, and what ends them. */
final class KeyringTest extends KeyringLab {

    @Test
    void reader_whileTheKmsIsDown_servesFromCacheUntilTheOutageLimit() {
        keyring.reader(first.keyId(), SSN);
        kms.fail(new UnavailableException("kms down"));
        pass(Duration.ofMinutes(239));
        assertThat(keyring.reader(first.keyId(), SSN).keyId()).isEqualTo(first.keyId());

        pass(Duration.ofMinutes(2));
        assertThatThrownBy(() -> keyring.reader(first.keyId(), SSN)).isInstanceOf(UnavailableException.class);

        kms.work();
        assertThat(keyring.reader(first.keyId(), SSN).keyId()).isEqualTo(first.keyId());
    }

    @Test
    void reader_afterADenial_isNotServedFromCache() {
        keyring.reader(first.keyId(), SSN);
        kms.fail(new DeniedException("disabled"));
        pass(Duration.ofMinutes(49));

        // The first call past 80 % starts the refresh; the denial comes from the background.
        keyring.reader(first.keyId(), SSN);
        background.runRefreshes();

        assertThatThrownBy(() -> keyring.reader(first.keyId(), SSN)).isInstanceOf(DeniedException.class);
        assertThatThrownBy(() -> {
                    pass(Duration.ofSeconds(60));
                    keyring.writer(SSN);
                })
                .isInstanceOf(TegulaException.class);
    }

    @Test
    void reader_idlePastItsTime_hearsADenialBeforeItServes() {
        keyring.reader(first.keyId(), SSN);
        kms.fail(new DeniedException("disabled"));
        pass(Duration.ofMinutes(61));

        assertThatThrownBy(() -> keyring.reader(first.keyId(), SSN)).isInstanceOf(DeniedException.class);
    }

    @Test
    void reader_whileTheKmsCannotBeAskedAsConfigured_servesFromCacheUntilTheOutageLimit() {
        keyring.reader(first.keyId(), SSN);
        kms.fail(new ConfigurationException("the certificate ended"));
        pass(Duration.ofMinutes(239));
        assertThat(keyring.reader(first.keyId(), SSN).keyId()).isEqualTo(first.keyId());

        pass(Duration.ofMinutes(2));
        assertThatThrownBy(() -> keyring.reader(first.keyId(), SSN)).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void reader_byEnvelope_hearsADenialAsAnyOther() {
        byte[] envelope = keyring.writer(SSN).encrypt(Mode.FIELD, null, new byte[] {2});
        assertThat(keyring.reader(envelope, SSN)).isSameAs(keyring.reader(envelope, SSN));
        assertThatThrownBy(() -> keyring.reader(envelope, NOTE)).isInstanceOf(CannotOpenException.class);
        kms.fail(new DeniedException("disabled"));
        pass(Duration.ofMinutes(61));

        assertThatThrownBy(() -> keyring.reader(envelope, SSN)).isInstanceOf(DeniedException.class);
        assertThatThrownBy(() -> keyring.reader(envelope, SSN)).isInstanceOf(DeniedException.class);
    }

    @Test
    void refresh_thatWaitsForItsTurn_isAskedOnceAndHoldsUpNoLease() {
        keyring.reader(first.keyId(), SSN);
        keyring.writer(SSN);
        int before = kms.calls();
        pass(Duration.ofMinutes(48));
        for (int minute = 0; minute < 10; minute++) {
            pass(Duration.ofMinutes(1));
            keyring.reader(first.keyId(), SSN);
        }
        assertThat(background.waiting()).isEqualTo(1);
        keyring.dropLeases();
        assertThat(keyring.writer(SSN).keyId()).isEqualTo(first.keyId());
        assertThat(kms.calls()).isEqualTo(before);

        background.runRefreshes();

        assertThat(kms.calls()).isEqualTo(before + 1);
        pass(Duration.ofSeconds(1));
        keyring.reader(first.keyId(), SSN);
        assertThat(kms.calls()).isEqualTo(before + 1);
        assertThat(background.waiting()).isZero();
    }

    @Test
    void reader_past80Percent_refreshesInTheBackground() {
        keyring.reader(first.keyId(), SSN);
        // The first refresh comes anywhere between 20 and 80 %.
        pass(Duration.ofMinutes(49));
        keyring.reader(first.keyId(), SSN);
        background.runRefreshes();
        int before = kms.calls();
        pass(Duration.ofMinutes(41));
        keyring.reader(first.keyId(), SSN);
        assertThat(background.waiting()).isZero();
        pass(Duration.ofMinutes(8));

        keyring.reader(first.keyId(), SSN);

        assertThat(kms.calls()).isEqualTo(before);
        background.runRefreshes();
        assertThat(kms.calls()).isEqualTo(before + 1);
    }

    @Test
    void reader_ofADestroyedKey_isRefusedWithoutAskingTheKms() {
        rotate();
        lifecycle.retire(first.keyId());
        lifecycle.destroy(
                first.keyId(), new Retention(Optional.of(Duration.ZERO), Optional.of(Duration.ZERO), Duration.ZERO));
        int before = kms.calls();

        assertThatThrownBy(() -> keyring.reader(first.keyId(), SSN))
                .isInstanceOf(KeyUnknownException.class)
                .hasMessageContaining("destroyed");
        assertThat(kms.calls()).isEqualTo(before);
    }

    @Test
    void reader_ofAKeyOfAnotherScope_isRefusedBeforeAnyUnwrap() {
        int before = kms.calls();

        assertThatThrownBy(() -> keyring.reader(first.keyId(), NOTE)).isInstanceOf(CannotOpenException.class);
        assertThat(kms.calls()).isEqualTo(before);

        keyring.reader(first.keyId(), SSN);
        assertThatThrownBy(() -> keyring.reader(first.keyId(), NOTE)).isInstanceOf(CannotOpenException.class);
    }

    /** More keys of a scope than places for those that were read last: some share one. */
    @Test
    void reader_ofMoreKeysThanPlaces_givesEachEnvelopeItsOwn() {
        List<byte[]> envelopes = new ArrayList<>();
        for (int i = 0; i <= OpenKeys.RECENT; i++) {
            envelopes.add(keyring.writer(SSN).encrypt(Mode.FIELD, null, new byte[] {2}));
            rotate();
            keyring.dropLeases();
        }
        for (byte[] envelope : envelopes) {
            assertThat(keyring.reader(envelope, SSN).decrypt(Mode.FIELD, null, envelope))
                    .containsExactly(2);
        }
    }

    @Test
    void coldReads_by3000Tasks_unwrapEachKeyOnce() throws Exception {
        List<KeyRow> rows = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            rows.add(lifecycle.provide(Scope.data(FieldId.of("cold.f" + i), TenantId.none()), "main"));
        }
        int before = kms.calls();
        ExecutorService threads = Executors.newFixedThreadPool(64);
        CountDownLatch start = new CountDownLatch(1);
        List<Future<EnvelopeCipher>> reads = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            KeyRow row = rows.get(i % rows.size());
            reads.add(threads.submit(() -> {
                start.await();
                return keyring.reader(row.keyId(), row.scope());
            }));
        }
        start.countDown();
        for (Future<EnvelopeCipher> read : reads) {
            read.get(5, TimeUnit.MINUTES);
        }
        threads.shutdown();

        assertThat(kms.calls() - before).isEqualTo(rows.size());
    }

    @Test
    void reader_ofBytesThatAreNoEnvelopeButBeginLikeOne_quotesNoneOfThem() {
        byte[] foreign =
                "\u0001\u0000CANARY-7731-and-more-of-the-same-text-that-is-longer-than-the-smallest-envelope-there-is"
                        .getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> keyring.reader(foreign, SSN))
                .isInstanceOf(KeyUnknownException.class)
                .hasMessageNotContaining("CANA")
                .hasMessageNotContaining("43414e41");
    }
}
