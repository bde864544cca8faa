package dev.tegula.keyring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.Scope;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.registry.InstanceReport;
import dev.tegula.registry.KeyRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** How long values are written under a key. */
final class WriteLeaseTest extends KeyringLab {

    @Test
    void writer_withinTheLease_readsTheRegistryOnce() {
        keyring.writer(SSN);
        pass(Duration.ofSeconds(59));
        keyring.writer(SSN);

        assertThat(registry.activeReads()).isEqualTo(1);
    }

    @Test
    void writer_afterTheLease_followsTheActiveKey() {
        assertThat(keyring.writer(SSN).keyId()).isEqualTo(first.keyId());
        KeyRow second = rotate();
        assertThat(keyring.writer(SSN).keyId()).isEqualTo(first.keyId());

        pass(Duration.ofSeconds(60));

        assertThat(keyring.writer(SSN).keyId()).isEqualTo(second.keyId());
    }

    @Test
    void dropLeases_makesTheNextWriteReadTheRegistry() {
        keyring.writer(SSN);
        KeyRow second = rotate();

        keyring.dropLeases();

        assertThat(keyring.writer(SSN).keyId()).isEqualTo(second.keyId());
    }

    /** As by many writers at once that a fence refuses: the registry answered in time. */
    @Test
    void writer_whoseLeaseIsDroppedAgainAndAgainWhileItIsRead_readsUntilItIsNot() {
        keyring.writer(SSN);
        KeyRow second = rotate();
        AtomicInteger reads = new AtomicInteger();
        registry.beforeActive = () -> {
            if (reads.incrementAndGet() <= 5) {
                pass(Duration.ofMillis(1));
                keyring.dropLeases();
            }
        };
        keyring.dropLeases();

        assertThat(keyring.writer(SSN).keyId()).isEqualTo(second.keyId());
        assertThat(reads).hasValue(6);
    }

    @Test
    void round_overtakenByAWriteWhileItsKeyIsOpened_leavesTheNewerKey() {
        keyring.writer(SSN);
        keyring.forget();
        List<KeyRow> second = new ArrayList<>();
        registry.beforeFind = () -> {
            registry.beforeFind = () -> {};
            pass(Duration.ofSeconds(1));
            second.add(rotate());
            assertThat(keyring.writer(SSN).keyId()).isEqualTo(second.get(0).keyId());
        };

        background.runRound();

        assertThat(second).as("overtaken").hasSize(1);
        assertThat(keyring.writer(SSN).keyId()).isEqualTo(second.get(0).keyId());
    }

    @Test
    void writer_whileTheDatabaseIsDown_goesOnUntilTheLimitThenFailsThenRecovers() {
        keyring.writer(SSN);
        registry.beforeActive = () -> {
            throw new UnavailableException("database down");
        };
        pass(Duration.ofSeconds(179));
        background.runRound();
        assertThat(keyring.writer(SSN).keyId()).isEqualTo(first.keyId());

        pass(Duration.ofSeconds(2));
        background.runRound();
        assertThatThrownBy(() -> keyring.writer(SSN)).isInstanceOf(UnavailableException.class);

        registry.beforeActive = () -> {};
        assertThat(keyring.writer(SSN).keyId()).isEqualTo(first.keyId());
    }

    @Test
    void writer_underAKeyPastTheOutageLimit_fails() {
        keyring.writer(SSN);
        kms.fail(new UnavailableException("kms down"));
        pass(Duration.ofMinutes(239).plusSeconds(30));
        assertThat(keyring.writer(SSN).keyId()).isEqualTo(first.keyId());

        pass(Duration.ofSeconds(31));
        assertThatThrownBy(() -> keyring.writer(SSN))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("kms down");

        kms.work();
        assertThat(keyring.writer(SSN).keyId()).isEqualTo(first.keyId());
    }

    @Test
    void writer_underAKeyWhoseDenialAReaderHeard_failsAtOnce() {
        KeyringSettings longLease = new KeyringSettings(
                Duration.ofMinutes(1), Duration.ofHours(4), Duration.ofMinutes(3), Duration.ofMinutes(3), 10);
        try (Keyring own = keyring(longLease, new BackgroundByHand())) {
            own.writer(SSN);
            kms.fail(new DeniedException("disabled"));
            pass(Duration.ofSeconds(61));
            assertThat(own.writer(SSN).keyId()).isEqualTo(first.keyId());

            assertThatThrownBy(() -> own.reader(first.keyId(), SSN)).isInstanceOf(DeniedException.class);
            assertThatThrownBy(() -> own.writer(SSN)).isInstanceOf(DeniedException.class);
        }
    }

    @Test
    void writer_whoseAnswerWasHeldUpForLongerThanTheLimit_readsAgain() {
        AtomicBoolean once = new AtomicBoolean();
        registry.beforeActive = () -> {
            if (once.compareAndSet(false, true)) {
                pass(Duration.ofSeconds(200));
            }
        };

        keyring.writer(SSN);

        assertThat(registry.activeReads()).isEqualTo(2);
    }

    @Test
    void writer_whoseAnswersAreAlwaysTooOld_fails() {
        registry.beforeActive = () -> pass(Duration.ofSeconds(200));

        assertThatThrownBy(() -> keyring.writer(SSN))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("write lease (180 s)");
    }

    @Test
    void writer_whoseKeyIsPastItsLimitWhenOpened_blamesTheOutageLimitAndNotTheRegistry() {
        Duration tick = Duration.ofMillis(1);
        KeyringSettings settings = new KeyringSettings(tick, tick, Duration.ofMinutes(1), Duration.ofMinutes(3), 10);
        try (Keyring own = keyring(settings, new BackgroundByHand(), () -> nanos.addAndGet(tick.toNanos()))) {
            assertThatThrownBy(() -> own.writer(SSN))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("outage-limit, 1 ms")
                    .hasMessageNotContaining("180 s");
        }
    }

    @Test
    void lease_ofAScopeInUse_isRenewedInTheBackgroundAlone() {
        keyring.writer(SSN);
        int reads = registry.activeReads();
        for (int i = 0; i < 20; i++) {
            pass(Duration.ofSeconds(30));
            background.runRound();
            keyring.writer(SSN);
        }
        assertThat(registry.activeReads()).isEqualTo(reads);
    }

    @Test
    void lease_ofAnIdleScope_isNotRenewedAndReadsAgainWhenNeeded() {
        List<List<Scope>> rounds = new ArrayList<>();
        registry.beforeRound = rounds::add;
        keyring.writer(SSN);
        assertThat(background.pause()).isEqualTo(Duration.ofSeconds(30));
        pass(Duration.ofSeconds(30));
        background.runRound();
        assertThat(rounds).containsExactly(List.of(SSN));

        pass(Duration.ofSeconds(150));
        background.runRound();
        assertThat(rounds).hasSize(1);

        assertThat(keyring.writer(SSN).keyId()).isEqualTo(first.keyId());
        assertThat(registry.activeReads()).isEqualTo(2);
        background.runRound();
        assertThat(rounds).containsExactly(List.of(SSN), List.of(SSN));
    }

    @Test
    void writer_ofARegistryThatWentBack_isRefused() {
        KeyRow second = rotate();
        assertThat(keyring.writer(SSN).keyId()).isEqualTo(second.keyId());
        registry.replayed = first;
        pass(Duration.ofSeconds(61));
        background.runRound();

        assertThatThrownBy(() -> keyring.writer(SSN))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("rolled back");
    }

    @Test
    void dropLeases_whileAReadIsUnderWay_isNotUndoneByItsAnswer() {
        AtomicBoolean once = new AtomicBoolean();
        AtomicReference<KeyRow> second = new AtomicReference<>();
        keyring.writer(SSN);
        pass(Duration.ofSeconds(61));
        registry.afterActive = () -> {
            if (once.compareAndSet(false, true)) {
                second.set(rotate());
                pass(Duration.ofSeconds(1));
                keyring.dropLeases();
            }
        };

        assertThat(keyring.writer(SSN).keyId()).isEqualTo(second.get().keyId());
    }

    @Test
    void renewal_whileTheKmsIsDown_goesOnUnderTheOldKeyAndDoesNotClaimTheNewEpoch() {
        keyring.writer(SSN);
        KeyRow pending = lifecycle.create(SSN, "main");
        lifecycle.backup(List.of(pending.keyId()), rows -> {});
        kms.fail(new UnavailableException("kms down"));
        KeyRow second = lifecycle.activate(pending.keyId());
        pass(Duration.ofSeconds(61));

        background.runRound();

        assertThat(keyring.writer(SSN).keyId()).isEqualTo(first.keyId());
        assertThat(epoch()).isLessThan(second.rev());
        kms.work();
        background.runRound();
        assertThat(keyring.writer(SSN).keyId()).isEqualTo(second.keyId());
        assertThat(epoch()).isEqualTo(second.rev());
    }

    private long epoch() {
        return stored.instances(Instant.EPOCH).stream()
                .filter(report -> report.id().equals(keyring.instance()))
                .mapToLong(InstanceReport::epoch)
                .sum();
    }
}
