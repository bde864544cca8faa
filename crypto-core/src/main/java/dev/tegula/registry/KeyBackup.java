package dev.tegula.registry;

import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Purpose;
import dev.tegula.failure.IntegrityException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Takes sealed rows out of a registry and brings them back after a restore. Rows hold wrapped keys: a backup opens only
 * with the KMS, and only under the same REGISTRY root. Thread-safe.
 */
public final class KeyBackup {

    private final KeyRegistry registry;
    private final RegistrySeal seal;
    private final KeyWrapping wrapping;
    private final InstantSource clock;

    /** The backup of one registry. */
    public KeyBackup(KeyRegistry registry, RegistrySeal seal, KeyWrapping wrapping, InstantSource clock) {
        this.registry = registry;
        this.seal = seal;
        this.wrapping = wrapping.knowing(registry, seal);
        this.clock = clock;
    }

    /**
     * What a restore did.
     *
     * @param added rows that are back, as they are now
     * @param revived rows of destroyed keys that have their wrapped bytes again, as they are now
     * @param present keys that were there already and were left alone
     * @param destroyed those of them that are destroyed
     */
    public record Restored(List<KeyRow> added, List<KeyRow> revived, List<KeyId> present, List<KeyId> destroyed) {
        /** Copies all. */
        public Restored {
            added = List.copyOf(added);
            revived = List.copyOf(revived);
            present = List.copyOf(present);
            destroyed = List.copyOf(destroyed);
        }
    }

    /**
     * Gives the rows to the store, and notes that the keys are backed up when it has them: a store that fails leaves them
     * not backed up.
     *
     * <p>Their branch keys are taken too: without them the backup would not open.
     *
     * @param store keeps the rows for good before it returns
     * @throws dev.tegula.failure.KeyUnknownException if one is not in the registry; then none is stored
     * @throws dev.tegula.failure.RefusedException code {@code conflict}, if a key was changed meanwhile
     */
    public List<KeyRow> take(Collection<KeyId> keyIds, Consumer<List<KeyRow>> store) {
        List<KeyRow> asked = keyIds.stream().map(this::row).toList();
        Map<KeyId, KeyRow> taken = new LinkedHashMap<>();
        asked.forEach(row -> BranchKey.over(row).ifPresent(branch -> taken.computeIfAbsent(branch, this::row)));
        asked.forEach(row -> taken.put(row.keyId(), row));
        List<KeyRow> rows = List.copyOf(taken.values());
        store.accept(rows);
        Instant now = clock.instant();
        return registry.change(change -> {
            SealedChange tx = new SealedChange(change, seal);
            return rows.stream()
                    .map(tx::unchanged)
                    .map(row -> tx.update(row.in(row.state(), row.times().withExported(now))))
                    .toList();
        });
    }

    private KeyRow row(KeyId id) {
        KeyRow row = seal.verify(registry.find(id).orElseThrow(() -> SealedChange.unknown(id)));
        return Rules.requireNotDestroyed(row, "backed up");
    }

    /**
     * Adds the rows whose key ids are missing. Identity is the key id: a version that was issued again meanwhile is
     * renumbered. What was ACTIVE or PENDING comes back as DECRYPT_ONLY; a restored key never starts to write by itself.
     * All rows are added, or none.
     *
     * @param undoDestroy whether a destroyed key gets the wrapped bytes of its backup again, as DECRYPT_ONLY
     * @throws IntegrityException if a row was not sealed by this registry's root, or does not unwrap to its key id
     */
    public Restored restore(List<KeyRow> rows, boolean undoDestroy) {
        KeyWrapping opening = wrapping.with(new BackupBranches(rows, seal, wrapping));
        for (KeyRow row : rows) {
            opening.unwrap(seal.verify(row)).close();
        }
        return registry.change(change -> {
            SealedChange tx = new SealedChange(change, seal);
            List<KeyRow> added = new ArrayList<>();
            List<KeyRow> revived = new ArrayList<>();
            List<KeyId> present = new ArrayList<>();
            List<KeyId> destroyed = new ArrayList<>();
            for (KeyRow row : branchesFirst(rows)) {
                Optional<KeyRow> there = tx.find(row.keyId());
                boolean gone = there.isPresent() && there.get().state() == KeyState.DESTROYED;
                if (there.isEmpty()) {
                    added.add(tx.insert(restored(tx, row)));
                } else if (gone && undoDestroy && row.wrapped().isPresent()) {
                    revived.add(tx.update(revived(there.get(), row)));
                } else {
                    present.add(row.keyId());
                    if (gone) {
                        destroyed.add(row.keyId());
                    }
                }
            }
            return new Restored(added, revived, present, destroyed);
        });
    }

    /**
     * Brings the REGISTRY root itself back into a registry that lost it; everything else needs it first.
     *
     * @param pin the key id from local configuration
     * @throws IntegrityException if the row is not the pinned root, or was changed
     * @throws dev.tegula.failure.RefusedException code {@code conflict}, if the registry has a root
     */
    public static void restoreRoot(KeyRegistry registry, KeyWrapping wrapping, KeyId pin, KeyRow root) {
        if (!root.keyId().equals(pin)) {
            throw new IntegrityException("The backed-up registry root is " + root.keyId() + ", the pinned one is " + pin
                    + "; use the backup that belongs to this configuration.");
        }
        RegistrySeal.requireGenuineRoot(root, wrapping);
        registry.change(change -> {
            change.insert(root);
            return Optional.empty();
        });
    }

    /** A key is not added before the branch key that it needs. */
    private static List<KeyRow> branchesFirst(List<KeyRow> rows) {
        return Stream.concat(
                        rows.stream().filter(row -> row.scope().purpose() == Purpose.BRANCH),
                        rows.stream().filter(row -> row.scope().purpose() != Purpose.BRANCH))
                .toList();
    }

    private KeyRow revived(KeyRow destroyed, KeyRow backup) {
        return destroyed
                .in(KeyState.DECRYPT_ONLY, destroyed.times().withRetired(null).withExported(clock.instant()))
                .withWrapped(backup.provider(), backup.kekAlias(), backup.wrapped());
    }

    private static KeyRow restored(SealedChange tx, KeyRow row) {
        boolean taken = tx.rows(row.scope()).stream().anyMatch(r -> r.version() == row.version());
        KeyRow numbered = taken ? row.withVersion(tx.nextVersion(row.scope())) : row;
        boolean mayBeInUse = row.state() == KeyState.ACTIVE || row.state() == KeyState.PENDING;
        if (!mayBeInUse) {
            return numbered;
        }
        // Backups are taken before activation: values may be under a key that its backup calls PENDING.
        return numbered.in(
                KeyState.DECRYPT_ONLY,
                row.times().activated() == null
                        ? row.times().withActivated(row.times().created())
                        : row.times());
    }
}
