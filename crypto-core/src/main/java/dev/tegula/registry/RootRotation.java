package dev.tegula.registry;

import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.RefusedException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The steps by which another REGISTRY root takes the place of the one that seals: made and waiting; ACTIVE, with every row sealed
 * by it; the one before RETIRED. The second and third run inside a transaction in which everything else is resealed too.
 */
public final class RootRotation {

    private static final int NAMED = 10;

    private RootRotation() {}

    /**
     * Where a registry is between two roots.
     *
     * @param active the root that seals
     * @param waiting the root that is to replace it, if one was made
     * @param replaced roots before it whose rotation is not finished
     */
    public record State(KeyRow active, Optional<KeyRow> waiting, List<KeyRow> replaced) {
        /** Copies the list. */
        public State {
            replaced = List.copyOf(replaced);
        }
    }

    /**
     * Looks it up.
     *
     * @throws IntegrityException if the row of a root does not verify
     */
    public static State state(KeyRegistry registry, RegistrySeal seal) {
        return registry.change(change -> state(new SealedChange(change, seal), seal));
    }

    private static State state(SealedChange tx, RegistrySeal seal) {
        List<KeyRow> roots = tx.rows(Scope.REGISTRY);
        KeyRow active = tx.active(Scope.REGISTRY)
                .orElseThrow(
                        () -> new IntegrityException("The registry has no ACTIVE root; " + seal.rootId() + " was."));
        return new State(
                active,
                roots.stream()
                        .filter(row -> row.state() == KeyState.PENDING && row.version() > active.version())
                        .max(Comparator.comparing(KeyRow::version)),
                roots.stream()
                        .filter(row -> row.state() == KeyState.DECRYPT_ONLY)
                        .toList());
    }

    /**
     * Makes the root that is to follow: drawn, wrapped, unwrapped again and compared. It is PENDING, and seals nothing.
     *
     * @return the one that waits already, if there is one
     */
    public static KeyRow prepare(KeyRegistry registry, RegistrySeal seal, KeyWrapping wrapping, String alias) {
        KeyRow fresh = FreshKey.of(
                wrapping,
                Scope.REGISTRY,
                alias,
                new SecureRandom(),
                registry.clock().instant());
        return registry.change(change -> {
            SealedChange tx = new SealedChange(change, seal);
            return state(tx, seal)
                    .waiting()
                    .orElseGet(() -> tx.insert(KeyEvent.CREATE, fresh.withVersion(tx.nextVersion(Scope.REGISTRY))));
        });
    }

    /**
     * Gives up the root that waits: its wrapped bytes are removed, and it seals and verifies nothing from then on, wherever it is
     * pinned. Nothing was ever sealed by it. The next one gets a later version.
     *
     * @return its row as it is now; taken again, nothing is changed
     * @throws RefusedException code {@code state}, if the root does not wait, or no longer
     */
    public static KeyRow abandon(KeyRegistry registry, RegistrySeal seal, KeyId waiting) {
        Instant now = registry.clock().instant();
        return registry.change(change -> {
            SealedChange tx = new SealedChange(change, seal);
            KeyRow row = tx.get(waiting);
            if (abandoned(row)) {
                return row;
            }
            Rules.require(row, "given up as the next root of the registry", KeyState.PENDING);
            return tx.update(
                    KeyEvent.DESTROY,
                    row.in(KeyState.DESTROYED, row.times().withRetired(now))
                            .withWrapped(row.provider(), row.kekAlias(), Optional.empty()));
        });
    }

    /** Whether the row is that of a root which was given up before it sealed anything. */
    static boolean abandoned(KeyRow row) {
        return row.scope().equals(Scope.REGISTRY) && row.state() == KeyState.DESTROYED;
    }

    /**
     * Makes the root that waits ACTIVE, and seals every row of the registry by it.
     *
     * @param seal seals by the root that waits, and believes the ACTIVE one
     * @return how many rows were sealed again
     * @throws IntegrityException if a row does not verify
     * @throws RefusedException code {@code state} or {@code backup-missing}, if the root cannot become ACTIVE
     */
    public static int activate(RegistryChange change, RegistrySeal seal, Instant now) {
        SealedChange tx = new SealedChange(change, seal);
        KeyRow next = Rules.require(tx.get(seal.rootId()), "made the registry's root", KeyState.PENDING);
        Rules.requireBackedUp(next, "made the registry's root");
        Rules.requireNewest(next, tx.rows(Scope.REGISTRY));
        int resealed = reseal(change, seal);
        tx.active(Scope.REGISTRY).ifPresent(tx::demote);
        tx.update(KeyEvent.ACTIVATE, next.in(KeyState.ACTIVE, next.times().withActivated(now)));
        return resealed;
    }

    /**
     * Retires the roots before the ACTIVE one.
     *
     * @param seal believes the ACTIVE root alone
     * @return how many rows were sealed again: none
     * @throws IntegrityException if a row does not verify under it
     */
    public static int finish(RegistryChange change, RegistrySeal seal, Instant now) {
        SealedChange tx = new SealedChange(change, seal);
        int resealed = reseal(change, seal);
        for (KeyRow row : state(tx, seal).replaced()) {
            tx.update(KeyEvent.RETIRE, row.in(KeyState.RETIRED, row.times().withRetired(now)));
        }
        return resealed;
    }

    private static int reseal(RegistryChange change, RegistrySeal seal) {
        StoredKeys stored = change.stored();
        List<String> strange =
                stored.unsealed(seal).stream().map(UnsealedKey::name).toList();
        requireNone(
                "tegula_key",
                strange,
                "`tegula keys drop-unsealed` removes them, and `tegula keys import FILE` brings genuine"
                        + " keys back from their backup");
        RegistrySeal alone = seal.alone();
        List<KeyRow> stale =
                stored.rows().stream().filter(row -> !alone.genuine(row)).toList();
        change.updateAll(
                stale.stream().map(seal::seal).toList(),
                stale.stream().map(KeyRow::rev).toList());
        return stale.size();
    }

    /**
     * Refuses to seal a table again that has rows which do not verify: they would be genuine from then on.
     *
     * @param rows their names
     * @param cure what to do about them
     * @throws IntegrityException if there are any
     */
    public static void requireNone(String table, List<String> rows, String cure) {
        if (!rows.isEmpty()) {
            throw new IntegrityException("Rows of " + table + " do not verify, so nothing was sealed or retired: "
                    + rows.stream().limit(NAMED).collect(Collectors.joining("; "))
                    + (rows.size() > NAMED ? "; and " + (rows.size() - NAMED) + " more" : "") + ". " + cure
                    + ". Where they carry the seal of a root that was replaced, somebody who holds that one made them, or put"
                    + " them back as they were: nothing of Tegula's writes such. Commands see them once the root that is ACTIVE"
                    + " is pinned alone.");
        }
    }
}
