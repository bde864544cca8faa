package dev.tegula.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.KeyId;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.RefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Backups of keys and what they bring back. */
public abstract class KeyBackupContract extends KeyRegistryContract {

    @Test
    void backup_whoseStoreFails_leavesTheKeyNotBackedUp() {
        KeyRow row = lifecycle.create(SSN, "main");

        assertThatThrownBy(() -> lifecycle.backup(List.of(row.keyId()), rows -> {
                    throw new UncheckedIOException(new IOException("disk full"));
                }))
                .isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> lifecycle.activate(row.keyId()))
                .isInstanceOf(RefusedException.class)
                .extracting(e -> ((RefusedException) e).code())
                .isEqualTo("backup-missing");
    }

    @Test
    void restore_ofAKeyBackedUpBeforeItsActivation_canBeMovedFrom() throws Exception {
        KeyRow pending = lifecycle.create(SSN, "main");
        List<KeyRow> kept = new ArrayList<>();
        lifecycle.backup(List.of(pin, pending.keyId()), kept::addAll);
        KeyRegistry other = empty();
        KeyBackup.restoreRoot(other, wrapping, pin, kept.get(0));
        RegistrySeal otherSeal = RegistrySeal.open(other, wrapping, List.of(pin));

        KeyBackup.Restored restored = new KeyBackup(other, otherSeal, wrapping, clock).restore(kept, false);

        assertThat(restored.added()).singleElement().satisfies(row -> {
            assertThat(row.state()).isEqualTo(KeyState.DECRYPT_ONLY);
            assertThat(row.times().activated()).isNotNull();
        });
    }

    @Test
    void restore_intoAnEmptyRegistry_bringsKeysBackWithoutWriters() throws Exception {
        KeyRow active = activeKey(SSN);
        List<KeyRow> backup = lifecycle.backup(List.of(pin, active.keyId()), rows -> {});

        KeyRegistry other = empty();
        KeyBackup.restoreRoot(other, wrapping, pin, backup.get(0));
        RegistrySeal otherSeal = RegistrySeal.open(other, wrapping, List.of(pin));
        KeyBackup target = new KeyBackup(other, otherSeal, wrapping, clock);
        KeyBackup.Restored restored = target.restore(backup, false);

        assertThat(restored.present()).containsExactly(pin);
        assertThat(restored.added()).singleElement().satisfies(row -> {
            assertThat(row.keyId()).isEqualTo(active.keyId());
            assertThat(row.state()).isEqualTo(KeyState.DECRYPT_ONLY);
            wrapping.unwrap(otherSeal.verify(row)).close();
        });
    }

    @Test
    void restore_versionThatIsFree_isKept() throws Exception {
        activeKey(SSN);
        KeyRow second = activeKey(SSN);
        List<KeyRow> backup = lifecycle.backup(List.of(pin, second.keyId()), rows -> {});
        KeyRegistry other = empty();
        KeyBackup.restoreRoot(other, wrapping, pin, backup.get(0));
        RegistrySeal otherSeal = RegistrySeal.open(other, wrapping, List.of(pin));

        assertThat(new KeyBackup(other, otherSeal, wrapping, clock)
                        .restore(backup, false)
                        .added())
                .extracting(KeyRow::version)
                .containsExactly(2);
    }

    @Test
    void restore_versionIssuedAgain_isRenumbered() throws Exception {
        KeyRow lost = activeKey(SSN);
        List<KeyRow> backup = lifecycle.backup(List.of(pin, lost.keyId()), rows -> {});
        KeyRegistry other = empty();
        KeyBackup.restoreRoot(other, wrapping, pin, backup.get(0));
        RegistrySeal otherSeal = RegistrySeal.open(other, wrapping, List.of(pin));
        KeyRow again = new KeyLifecycle(other, otherSeal, wrapping, row -> uses.get(), clock).create(SSN, "main");
        assertThat(again.version()).isEqualTo(lost.version());

        assertThat(new KeyBackup(other, otherSeal, wrapping, clock)
                        .restore(backup, false)
                        .added())
                .extracting(KeyRow::version)
                .containsExactly(2);
    }

    @Test
    void restore_editedRow_isRefused() {
        KeyRow row =
                lifecycle.backup(List.of(activeKey(SSN).keyId()), rows -> {}).get(0);

        assertThatThrownBy(() -> lifecycle.restore(List.of(row.withVersion(5)), false))
                .isInstanceOf(IntegrityException.class);
    }

    @Test
    void restore_ofADestroyedKey_bringsItBackOnlyWhenAsked() {
        KeyRow old = activeKey(SSN);
        List<KeyRow> backup = lifecycle.backup(List.of(old.keyId()), rows -> {});
        activeKey(SSN);
        lifecycle.retire(old.keyId());
        lifecycle.destroy(
                old.keyId(), new Retention(Optional.of(Duration.ZERO), Optional.of(Duration.ZERO), Duration.ZERO));

        KeyBackup.Restored left = lifecycle.restore(backup, false);
        assertThat(left.destroyed()).containsExactly(old.keyId());
        assertThat(registry.find(old.keyId()).orElseThrow().state()).isEqualTo(KeyState.DESTROYED);

        KeyBackup.Restored undone = lifecycle.restore(backup, true);
        assertThat(undone.present()).isEmpty();
        assertThat(undone.revived()).singleElement().satisfies(row -> {
            assertThat(row.state()).isEqualTo(KeyState.DECRYPT_ONLY);
            wrapping.unwrap(seal.verify(row)).close();
        });
        assertThat(lifecycle.restore(backup, true).present()).containsExactly(old.keyId());
    }

    @Test
    void restore_ofAKeyThatItsKmsDoesNotOpen_isRefusedAndAddsNone() throws Exception {
        KeyRow good = activeKey(ACME);
        KeyRow lost = activeKey(SSN);
        List<KeyRow> backup = lifecycle.backup(List.of(pin, good.keyId(), lost.keyId()), rows -> {});
        KeyRegistry other = empty();
        KeyBackup.restoreRoot(other, wrapping, pin, backup.get(0));
        RegistrySeal otherSeal = RegistrySeal.open(other, wrapping, List.of(pin));
        keks.main.unwrapping.set(root -> new byte[32]);

        assertThatThrownBy(() -> new KeyBackup(other, otherSeal, wrapping, clock).restore(backup.subList(1, 3), false))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("commits to");
        assertThat(other.all()).extracting(KeyRow::keyId).containsExactly(pin);
    }

    @Test
    void restore_overARowDestroyedByHand_isRefused() {
        KeyRow row = activeKey(SSN);
        List<KeyRow> backup = lifecycle.backup(List.of(row.keyId()), rows -> {});
        store(backup.get(0), r -> r.in(KeyState.DESTROYED, r.times().withRetired(START))
                .withWrapped(r.provider(), r.kekAlias(), Optional.empty()));

        assertThatThrownBy(() -> lifecycle.restore(backup, true)).isInstanceOf(IntegrityException.class);
    }

    @Test
    void backup_ofAKeyThatIsNotThere_isRefusedAndStoresNone() {
        KeyId known = lifecycle.create(SSN, "main").keyId();
        List<KeyRow> kept = new ArrayList<>();

        assertThatThrownBy(
                        () -> lifecycle.backup(List.of(known, KeyId.copyOf(new byte[KeyId.SIZE_BYTES])), kept::addAll))
                .isInstanceOf(KeyUnknownException.class);
        assertThat(kept).isEmpty();
    }

    @Test
    void backup_ofADestroyedKey_isRefusedAndStoresNone() {
        KeyRow old = activeKey(SSN);
        activeKey(SSN);
        lifecycle.retire(old.keyId());
        lifecycle.destroy(
                old.keyId(), new Retention(Optional.of(Duration.ZERO), Optional.of(Duration.ZERO), Duration.ZERO));
        List<KeyRow> kept = new ArrayList<>();

        assertRefused("state", () -> lifecycle.backup(List.of(pin, old.keyId()), kept::addAll));
        assertThat(kept).isEmpty();
        assertThat(registry.find(old.keyId()).orElseThrow().state()).isEqualTo(KeyState.DESTROYED);
    }

    @Test
    void backup_ofARowThatWasEdited_isRefusedAndStoresNone() {
        KeyRow row = activeKey(SSN);
        store(row, r -> r.withVersion(7));
        List<KeyRow> kept = new ArrayList<>();

        assertThatThrownBy(() -> lifecycle.backup(List.of(row.keyId()), kept::addAll))
                .isInstanceOf(IntegrityException.class);
        assertThat(kept).isEmpty();
    }

    @Test
    void restoreRoot_notThePinnedOne_isRefused() throws Exception {
        KeyRow root = registry.find(pin).orElseThrow();
        KeyRegistry other = empty();
        KeyRow data = activeKey(SSN);

        assertThatThrownBy(() -> KeyBackup.restoreRoot(other, wrapping, data.keyId(), root))
                .isInstanceOf(IntegrityException.class);
        assertThatThrownBy(() -> KeyBackup.restoreRoot(other, wrapping, data.keyId(), data))
                .isInstanceOf(IntegrityException.class);
        assertThat(other.all()).isEmpty();
    }
}
