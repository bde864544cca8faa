package dev.tegula.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.RefusedException;
import dev.tegula.failure.UnavailableException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How one root takes the place of another, and what processes see of it that have pinned one of them or both; on every registry. */
public abstract class RootRotationContract extends RegistrySealContract {

    private static final Retention NO_WAIT =
            new Retention(Optional.of(Duration.ZERO), Optional.of(Duration.ZERO), Duration.ZERO);

    /** A root of the next version that waits, backed up; its key id. */
    private KeyId waitingRoot() {
        KeyRow made = RootRotation.prepare(registry, seal, wrapping, "main");
        lifecycle.backup(List.of(made.keyId()), rows -> {});
        return made.keyId();
    }

    private void activateRoot(KeyId next) {
        RegistrySeal both = RegistrySeal.open(registry, wrapping, List.of(pin, next));
        registry.change(change -> RootRotation.activate(change, both.sealingUnder(next), START));
    }

    @Test
    void rotation_processWithBothPins_followsAndNeverGoesBack() {
        KeyRow key = activeKey(SSN);
        KeyId next = waitingRoot();
        RegistrySeal both = RegistrySeal.open(registry, wrapping, List.of(next, pin));
        assertThat(both.rootId()).isEqualTo(pin);
        assertThat(both.trusted()).containsExactly(pin, next);
        KeyRow old = registry.find(pin).orElseThrow();
        KeyRow waiting = registry.find(next).orElseThrow();

        activateRoot(next);

        assertThat(both.genuine(registry.find(key.keyId()).orElseThrow())).isTrue();
        assertThat(both.sealingUnder(pin)
                        .alone()
                        .genuine(registry.find(key.keyId()).orElseThrow()))
                .isFalse();
        Optional<KeyRow> active = registry.change(change -> new SealedChange(change, both).active(SSN));
        assertThat(active).isPresent();
        both.follow();
        assertThat(both.rootId()).isEqualTo(next);
        assertThat(registry.all()).allMatch(both.alone()::genuine);

        store(registry.find(next).orElseThrow(), r -> waiting);
        store(registry.find(pin).orElseThrow(), r -> old);
        assertThatThrownBy(both::follow).isInstanceOf(IntegrityException.class).hasMessageContaining("ACTIVE again");
        assertThat(both.rootId()).isEqualTo(next);
    }

    @Test
    void rotation_rootWhoseRowIsGone_staysForAProcessThatHasSeenIt() {
        KeyId next = waitingRoot();
        RegistrySeal both = RegistrySeal.open(registry, wrapping, List.of(pin, next));
        KeyRow old = registry.find(pin).orElseThrow();
        activateRoot(next);
        both.follow();
        registry.change(change -> {
            change.remove(UnsealedKey.of(change.find(next).orElseThrow()));
            return next;
        });
        store(registry.find(pin).orElseThrow(), r -> old);

        both.follow();

        assertThat(both.rootId()).isEqualTo(next);
    }

    /** One that waits may be under a KEK that is not here yet; one that is ACTIVE is not passed over. */
    @Test
    void rotation_rootThatDoesNotOpenHere_isPassedOverWhileItWaitsAndAFailureOnceItIsActive() {
        KeyRow waiting = registry.find(waitingRoot()).orElseThrow();
        registry.change(change -> {
            change.remove(UnsealedKey.of(waiting));
            return waiting;
        });
        RegistrySeal both = RegistrySeal.open(registry, wrapping, List.of(pin, waiting.keyId()));
        registry.change(change -> {
            change.insert(waiting);
            return waiting;
        });
        Runnable down = () -> keks.main.unwrapping.set(root -> {
            throw new UnavailableException("kms down");
        });
        down.run();
        both.follow();
        assertThat(both.rootId()).isEqualTo(pin);

        keks.main.unwrapping.set(root -> root);
        activateRoot(waiting.keyId());
        down.run();
        assertThatThrownBy(both::follow).isInstanceOf(UnavailableException.class);

        keks.main.unwrapping.set(root -> root);
        both.follow();
        assertThat(both.rootId()).isEqualTo(waiting.keyId());
    }

    @Test
    void rotation_oldPinAlone_saysWhatToPinAndNothingOfAChange() {
        KeyRow key = activeKey(SSN);
        KeyId next = waitingRoot();
        RegistrySeal old = RegistrySeal.open(registry, wrapping, List.of(pin));
        activateRoot(next);

        KeyRow row = registry.find(key.keyId()).orElseThrow();
        assertThatThrownBy(() -> old.verifyOrFollow(row))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll(
                        "root " + pin + " is DECRYPT_ONLY", "rotate-registry", "Pin that one beside it");
        assertThatThrownBy(() -> registry.change(change -> new SealedChange(change, old)))
                .isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> RegistrySeal.open(registry, wrapping, List.of(pin)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("is DECRYPT_ONLY");
    }

    @Test
    void rotation_newPinAloneBeforeTheChange_saysWhatToPin() {
        KeyId next = waitingRoot();

        assertThatThrownBy(() -> RegistrySeal.open(registry, wrapping, List.of(next)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll("root " + next + " is PENDING", "beside it");
    }

    @Test
    void rotation_finished_theRootBeforeVouchesForNoRowAndForWhatWasTold() {
        KeyRow key = activeKey(SSN);
        KeyId next = waitingRoot();
        activateRoot(next);
        RegistrySeal both = RegistrySeal.open(registry, wrapping, List.of(pin, next));
        KeyRow late = seal.seal(registry.find(key.keyId()).orElseThrow());
        KeyRow genuine = registry.find(key.keyId()).orElseThrow();
        store(late, row -> row);
        assertThat(both.genuine(late)).isTrue();
        assertThatThrownBy(() -> registry.change(change -> RootRotation.finish(change, both.alone(), START)))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContainingAll(key.keyId().shortHex(), "nothing of Tegula's writes such");
        assertThat(registry.find(pin).orElseThrow().state()).isEqualTo(KeyState.DECRYPT_ONLY);
        store(genuine, row -> row);
        registry.change(change -> RootRotation.finish(change, both.alone(), START));

        both.follow();
        RegistrySeal alone = RegistrySeal.open(registry, wrapping, List.of(next));

        assertThat(registry.find(pin).orElseThrow().state()).isEqualTo(KeyState.RETIRED);
        assertThat(registry.all()).hasSize(3).allMatch(alone::genuine);
        byte[] told = {1};
        Seal mac = seal.audit(pin, told);
        assertThat(both.genuine(seal.seal(late))).isFalse();
        assertThat(both.auditRoot(told, mac)).contains(pin);
        assertThat(alone.auditRoot(told, mac)).isEmpty();
        assertThat(alone.withReplaced().auditRoot(told, mac)).contains(pin);
        assertThat(alone.withReplaced().genuine(seal.seal(late))).isFalse();
        assertThat(alone.accepting(pin).genuine(seal.seal(late))).isTrue();
    }

    @Test
    void abandon_waitingRoot_verifiesNothingWhereverItIsPinnedAndIsNeverTheNextOne() {
        KeyRow key = activeKey(SSN);
        KeyId next = waitingRoot();
        KeyRow waiting = registry.find(next).orElseThrow();
        RegistrySeal both = RegistrySeal.open(registry, wrapping, List.of(pin, next));
        KeyRow forged = both.sealingUnder(next).seal(registry.find(key.keyId()).orElseThrow());
        assertThat(both.genuine(forged)).isTrue();

        KeyRow abandoned = RootRotation.abandon(registry, both, next);

        assertThat(abandoned.state()).isEqualTo(KeyState.DESTROYED);
        assertThat(abandoned.wrapped()).isEmpty();
        assertThat(RootRotation.abandon(registry, both, next)).isEqualTo(abandoned);
        both.follow();
        for (RegistrySeal seal : List.of(both, RegistrySeal.open(registry, wrapping, List.of(pin, next)))) {
            assertThat(seal.trusted()).containsExactly(pin);
            assertThat(seal.genuine(forged)).isFalse();
            assertThat(seal.withReplaced().trail()).containsExactly(pin);
        }
        assertThatThrownBy(() -> RegistrySeal.open(registry, wrapping, List.of(next)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll(next.toString(), "given up");
        KeyBackup.Restored restored = lifecycle.restore(List.of(waiting), true);
        assertThat(restored.destroyed()).containsExactly(next);
        assertThat(restored.revived()).isEmpty();
        KeyRow another = RootRotation.prepare(registry, seal, wrapping, "main");
        assertThat(another.version()).isEqualTo(3);
        assertThat(RootRotation.state(registry, seal).waiting()).contains(another);
    }

    @Test
    void abandon_rootThatDoesNotWait_isRefused() {
        KeyId next = waitingRoot();
        assertThatThrownBy(() -> RootRotation.abandon(registry, seal, pin)).isInstanceOf(RefusedException.class);
        activateRoot(next);
        RegistrySeal both = RegistrySeal.open(registry, wrapping, List.of(pin, next));
        for (KeyId root : List.of(pin, next)) {
            assertThatThrownBy(() -> RootRotation.abandon(registry, both, root))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("can be given up");
        }
    }

    @Test
    void open_waitingRootWhoseKekIsNotHere_goesOnWithTheOther() {
        KeyId next = waitingRoot();
        store(
                registry.find(next).orElseThrow(),
                row -> seal.seal(row.withWrapped(row.provider(), "gone", row.wrapped())));

        RegistrySeal both = RegistrySeal.open(registry, wrapping, List.of(pin, next));

        assertThat(both.trusted()).containsExactly(pin);
        assertThatThrownBy(() -> RegistrySeal.open(registry, wrapping, List.of(next)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("gone");
    }

    @Test
    void believing_aPinnedRootThatTheRegistryLacks_takesItsRowsAndOnlyIfItSealedItself() {
        KeyRow key = activeKey(SSN);
        KeyId next = waitingRoot();
        activateRoot(next);
        KeyRow root = registry.find(next).orElseThrow();
        KeyRow row = registry.find(key.keyId()).orElseThrow();

        assertThat(seal.genuine(row)).isFalse();
        assertThat(seal.believing(root, wrapping).genuine(row)).isTrue();
        assertThatThrownBy(() -> seal.believing(root.withVersion(7), wrapping)).isInstanceOf(IntegrityException.class);
    }

    @Test
    void rotation_rowThatDoesNotVerify_isRefused() {
        KeyRow key = activeKey(SSN);
        KeyId next = waitingRoot();
        store(key, r -> r.withVersion(7));

        assertThatThrownBy(() -> activateRoot(next))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContainingAll("tegula_key", key.keyId().shortHex());
        assertThat(registry.find(next).orElseThrow().state()).isEqualTo(KeyState.PENDING);
    }

    @Test
    void rotation_rootThatIsNotBackedUp_isRefused() {
        KeyRow made = RootRotation.prepare(registry, seal, wrapping, "main");

        assertThatThrownBy(() -> activateRoot(made.keyId())).hasMessageContaining("no backup");
        assertThat(RootRotation.prepare(registry, seal, wrapping, "main")).isEqualTo(made);
        for (KeyId root : List.of(pin, made.keyId())) {
            assertThatThrownBy(() -> lifecycle.activate(root)).hasMessageContaining("rotate-registry");
            assertThatThrownBy(() -> lifecycle.retire(root)).hasMessageContaining("rotate-registry");
            assertThatThrownBy(() -> lifecycle.reopen(root)).hasMessageContaining("rotate-registry");
            assertThatThrownBy(() -> lifecycle.destroy(root, NO_WAIT)).hasMessageContaining("rotate-registry");
        }
    }

    /** Two that wait were made by somebody's hand; writers never go back to an earlier root. */
    @Test
    void activate_rootThatALaterOneOvertook_isRefusedAndSealsNothing() {
        KeyId next = waitingRoot();
        assertRefused("state", () -> lifecycle.prepare(Scope.REGISTRY, "main"));
        KeyRow fresh = FreshKey.of(wrapping, Scope.REGISTRY, "main", new SecureRandom(), START);
        KeyRow later = registry.change(change -> {
            SealedChange tx = new SealedChange(change, seal);
            return tx.insert(KeyEvent.CREATE, fresh.withVersion(tx.nextVersion(Scope.REGISTRY)));
        });
        lifecycle.backup(List.of(later.keyId()), rows -> {});
        activateRoot(later.keyId());
        RegistrySeal all = RegistrySeal.open(registry, wrapping, List.of(later.keyId(), next));

        assertRefused(
                "superseded",
                () -> registry.change(change -> RootRotation.activate(change, all.sealingUnder(next), START)));

        assertThat(registry.active(Scope.REGISTRY)).map(KeyRow::keyId).contains(later.keyId());
    }
}
