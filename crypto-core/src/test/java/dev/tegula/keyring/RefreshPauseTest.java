package dev.tegula.keyring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.registry.KeyRow;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
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

    private Keyring middle(BackgroundByHand work) {
        return new Keyring(
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
                work);
    }

    @Test
    void refresh_isDueAt80PercentLessUpToATenth() {
        BackgroundByHand work = new BackgroundByHand();
        try (Keyring own = middle(work)) {
            own.reader(first.keyId(), SSN);
            assertRefreshAfter(Duration.ofMinutes(30), own, work);
            work.runRefreshes();
            assertRefreshAfter(Duration.ofMinutes(45), own, work);
        }
    }

    private void assertRefreshAfter(Duration time, Keyring own, BackgroundByHand work) {
        pass(time.minusNanos(1));
        own.reader(first.keyId(), SSN);
        assertThat(work.waiting()).isZero();
        pass(Duration.ofNanos(1));
        own.reader(first.keyId(), SSN);
        assertThat(work.waiting()).isEqualTo(1);
    }

    /** As after the start of an instance whose values name many keys. */
    @Test
    void refreshes_ofManyKeysThatWereFirstReadTogether_areSpreadOverTheirTime() {
        List<KeyRow> rows = IntStream.range(0, 300)
                .mapToObj(i -> lifecycle.provide(Scope.data(FieldId.of("many.f" + i), TenantId.none()), "main"))
                .toList();
        rows.forEach(row -> keyring.reader(row.keyId(), row.scope()));
        int most = 0;
        int all = 0;
        for (int minute = 0; minute < 49; minute++) {
            pass(Duration.ofMinutes(1));
            rows.forEach(row -> keyring.reader(row.keyId(), row.scope()));
            most = Math.max(most, background.waiting());
            all += background.waiting();
            background.runRefreshes();
        }
        assertThat(all).isGreaterThanOrEqualTo(300);
        assertThat(most).as("of 300 in the fullest of 36 minutes").isLessThan(30);
    }

    @Test
    void refresh_thatGotNoAnswer_isTriedAgainAfterFiveSecondsAndUpToHalfAsLongAgain() {
        BackgroundByHand work = new BackgroundByHand();
        try (Keyring own = middle(work)) {
            own.reader(first.keyId(), SSN);
            kms.fail(new UnavailableException("kms down"));
            pass(Duration.ofMinutes(49));
            own.reader(first.keyId(), SSN);
            int before = kms.calls();
            work.runRefreshes();
            assertThat(kms.calls()).isEqualTo(before + 1);

            pass(Duration.ofMillis(6_250).minusNanos(1));
            own.reader(first.keyId(), SSN);
            assertThat(work.waiting()).isZero();
            pass(Duration.ofNanos(1));
            own.reader(first.keyId(), SSN);
            assertThat(work.waiting()).isEqualTo(1);
        }
    }

    @Test
    void refreshes_ofManyKeysThatFailedTogether_areTriedAgainApart() {
        List<KeyRow> rows = IntStream.range(0, 200)
                .mapToObj(i -> lifecycle.provide(Scope.data(FieldId.of("many.f" + i), TenantId.none()), "main"))
                .toList();
        rows.forEach(row -> keyring.reader(row.keyId(), row.scope()));
        kms.fail(new UnavailableException("kms down"));
        pass(Duration.ofMinutes(49));
        rows.forEach(row -> keyring.reader(row.keyId(), row.scope()));
        background.runRefreshes();
        int most = 0;
        for (int millis = 0; millis < 7_600; millis += 100) {
            pass(Duration.ofMillis(100));
            int before = kms.calls();
            rows.forEach(row -> keyring.reader(row.keyId(), row.scope()));
            background.runRefreshes();
            most = Math.max(most, kms.calls() - before);
        }
        assertThat(most).isBetween(1, 40);
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
