package dev.tegula.keyring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a keyring makes of the rows that a registry offers: anyone who can write to the database chooses those. */
final class OfferedRowsTest extends KeyringLab {

    @Test
    void reader_ofARowThatWasEdited_isRefusedBeforeAnyUnwrap() {
        stored.change(change -> {
            change.update(versioned(first, 7), first.rev());
            return first;
        });
        int before = kms.calls();

        assertThatThrownBy(() -> keyring.reader(first.keyId(), SSN))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("does not carry a valid seal");
        assertThat(kms.calls()).isEqualTo(before);
    }

    @Test
    void writer_offeredARowThatWasEdited_isRefused() {
        registry.replayed = versioned(first, 7);

        assertThatThrownBy(() -> keyring.writer(SSN))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("does not carry a valid seal");
    }

    @Test
    void writer_offeredAGenuineRowThatIsNotActive_isRefused() {
        rotate();
        KeyRow demoted = stored.find(first.keyId()).orElseThrow();
        assertThat(demoted.state()).isEqualTo(KeyState.DECRYPT_ONLY);
        registry.replayed = demoted;

        assertThatThrownBy(() -> keyring.writer(SSN))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("which is DECRYPT_ONLY; the ACTIVE key was asked for");
    }

    @Test
    void writer_offeredTheActiveRowOfAnotherScope_isRefused() {
        registry.replayed = lifecycle.provide(NOTE, "main");

        assertThatThrownBy(() -> keyring.writer(SSN))
                .isInstanceOf(IntegrityException.class)
                .hasMessageStartingWith("patient.ssn: the registry answered with v1")
                .hasMessageContaining("of patient.note, which is ACTIVE");
    }

    @Test
    void writer_offeredAnOlderStateOfTheSameKey_isRefused() {
        KeyRow later = lifecycle.backup(List.of(first.keyId()), rows -> {}).get(0);
        assertThat(later.rev()).isGreaterThan(first.rev());
        keyring.writer(SSN);
        registry.replayed = first;
        pass(Duration.ofSeconds(61));

        assertThatThrownBy(() -> keyring.writer(SSN))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContainingAll("at rev " + first.rev(), "at rev " + later.rev(), "rolled back");
    }

    @Test
    void writer_offeredAnEarlierVersionWrittenLater_isRefused() {
        KeyRow second = rotate();
        keyring.writer(SSN);
        KeyRow later = seal.seal(new KeyRow(
                first.keyId(),
                SSN,
                first.version(),
                first.suite(),
                KeyState.ACTIVE,
                second.rev() + 1,
                first.provider(),
                first.kekAlias(),
                first.wrapped(),
                first.times(),
                first.seal()));
        registry.replayed = later;
        pass(Duration.ofSeconds(61));

        assertThatThrownBy(() -> keyring.writer(SSN))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("rolled back");
    }

    @Test
    void round_offeredARowThatWasEdited_endsTheLeaseAtOnce() {
        assertThat(keyring.writer(SSN).keyId()).isEqualTo(first.keyId());
        stored.change(change -> {
            change.update(versioned(first, 7), first.rev());
            return first;
        });

        background.runRound();

        assertThatThrownBy(() -> keyring.writer(SSN)).isInstanceOf(IntegrityException.class);
    }

    @Test
    void round_thatCannotFollowTheNewKey_stillReportsThatThisInstanceLives() {
        keyring.writer(SSN);
        rotate();
        kms.fail(new UnavailableException("kms down"));
        AtomicInteger reports = new AtomicInteger();
        registry.beforeReport = reports::incrementAndGet;

        background.runRound();

        assertThat(reports).hasValue(1);
    }
}
