package dev.tegula.keyring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.registry.KeyRow;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** When a key is refreshed, how often while that fails, and answers that are overtaken. */
final class RefreshPauseTest extends KeyringLab {

    /** Draws bytes like any other, and the middle of every range. */
    private static final class Middle extends SecureRandom {
        private static final long serialVersionUID = 1L;

        @Override
        public double nextDouble() {
            return 0.5;
        }
    }

    @Test
    void refresh_isDueAt80PercentLessUpToATenth() {
        BackgroundByHand work = new BackgroundByHand();
        try (Keyring own = new Keyring(
                registry,
                seal,
                wrapping,
                KeyringSettings.defaults(),
                scope -> {
                    throw new KeyUnknownException("none");
                },
                "test",
                new Middle(),
                nanos::get,
                work)) {
            own.reader(first.keyId(), SSN);
            pass(Duration.ofMinutes(45).minusNanos(1));
            own.reader(first.keyId(), SSN);
            assertThat(work.waiting()).isZero();
            pass(Duration.ofNanos(1));
            own.reader(first.keyId(), SSN);
            assertThat(work.waiting()).isEqualTo(1);
        }
    }

    @Test
    void refresh_thatGotNoAnswer_isTriedAgainAfterFiveSecondsAndNotBefore() {
        keyring.reader(first.keyId(), SSN);
        kms.fail(new UnavailableException("kms down"));
        pass(Duration.ofMinutes(49));
        keyring.reader(first.keyId(), SSN);
        int before = kms.calls();
        background.runRefreshes();
        assertThat(kms.calls()).isEqualTo(before + 1);

        pass(Duration.ofSeconds(5).minusNanos(1));
        keyring.reader(first.keyId(), SSN);
        assertThat(background.waiting()).isZero();
        pass(Duration.ofNanos(1));
        keyring.reader(first.keyId(), SSN);
        assertThat(background.waiting()).isEqualTo(1);
    }

    @Test
    void writer_whoseAnswerWasOvertakenByANewerOne_writesUnderTheNewer() {
        keyring.writer(SSN);
        pass(Duration.ofSeconds(61));
        AtomicBoolean once = new AtomicBoolean();
        AtomicReference<KeyRow> second = new AtomicReference<>();
        registry.afterActive = () -> {
            if (once.compareAndSet(false, true)) {
                second.set(rotate());
                pass(Duration.ofSeconds(1));
                background.runRound();
            }
        };

        assertThat(keyring.writer(SSN).keyId()).isEqualTo(second.get().keyId());
        assertThat(registry.activeReads()).isEqualTo(2);
    }

    @Test
    void writer_whoseAnswersAreAlwaysTooOld_namesTheLimit() {
        registry.beforeActive = () -> pass(Duration.ofSeconds(200));

        assertThatThrownBy(() -> keyring.writer(SSN))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("limit of the write lease (180 s) to answer, twice");
    }
}
