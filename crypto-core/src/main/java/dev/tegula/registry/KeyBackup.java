package dev.tegula.registry;

import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Purpose;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.IntegrityException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Takes sealed rows out of a registry and brings them back after a restore. Rows hold wrapped keys: a backup opens only
 * with the KMS, and only under the same REGISTRY root. Thread-safe.
 */
public final class KeyBackup {

    /** Rows that one transaction changes: a server ends one that takes long, and a tenant for each of 10,000 rows is many. */
    private static final int TOGETHER = 256;

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
     * @param shredded rows that were left out, because the tenant whose they are was shredded
     */
    public record Restored(
            List<KeyRow> added,
            List<KeyRow> revived,
            List<KeyId> present,
            List<KeyId> destroyed,
            List<KeyRow> shredded) {
        /** Copies all. */
        public Restored {
            added = List.copyOf(added);
            revived = List.copyOf(revived);
            present = List.copyOf(present);
            destroyed = List.copyOf(destroyed);
            shredded = List.copyOf(shredded);
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
     * @throws dev.tegula.failure.RefusedException code {@code conflict}, if a key was changed meanwhile; that others are backed
     *     up may be noted then
     */
    public List<KeyRow> take(Collection<KeyId> keyIds, Consumer<List<KeyRow>> store) {
        List<KeyRow> asked = rows(keyIds);
        Map<KeyId, KeyRow> taken = new LinkedHashMap<>();
        Set<KeyId> branches = new LinkedHashSet<>();
        asked.forEach(row -> BranchKey.over(row).ifPresent(branches::add));
        rows(branches).forEach(row -> taken.put(row.keyId(), row));
        asked.forEach(row -> taken.put(row.keyId(), row));
        List<KeyRow> rows = List.copyOf(taken.values());
        store.accept(rows);
        List<KeyRow> noted = new ArrayList<>();
        for (int from = 0; from < rows.size(); from += TOGETHER) {
            noted.addAll(noted(rows.subList(from, Math.min(rows.size(), from + TOGETHER))));
        }
        return List.copyOf(noted);
    }

    private List<KeyRow> noted(List<KeyRow> rows) {
        Instant now = clock.instant();
        return registry.change(change -> {
            SealedChange tx = new SealedChange(change, seal);
            return tx.updateAll(
                    KeyEvent.BACKUP,
                    rows,
                    rows.stream()
                            .map(row -> row.in(row.state(), row.times().withExported(now)))
                            .toList());
        });
    }

    private List<KeyRow> rows(Collection<KeyId> ids) {
        Map<KeyId, KeyRow> found = new HashMap<>();
        registry.find(ids).forEach(row -> found.put(row.keyId(), row));
        List<KeyRow> rows = new ArrayList<>();
        for (KeyId id : ids) {
            KeyRow row = found.get(id);
            if (row == null) {
                throw SealedChange.unknown(id);
            }
            rows.add(Rules.requireNotDestroyed(seal.verifyOrFollow(row), "backed up"));
        }
        return rows;
    }

    /**
     * Adds the rows whose key ids are missing. Identity is the key id: a version that was issued again meanwhile is
     * renumbered. What was ACTIVE or PENDING comes back as DECRYPT_ONLY; a restored key never starts to write by itself.
     * All rows are added, or none; those of tenants that were shredded are left out.
     *
     * @param undoDestroy whether a destroyed key gets the wrapped bytes of its backup again, as DECRYPT_ONLY
     * @throws IntegrityException if a row was not sealed by this registry's root, or does not unwrap to its key id
     */
    public Restored restore(List<KeyRow> all, boolean undoDestroy) {
        all.forEach(seal::verify);
        List<KeyRow> shredded = shredded(all);
        List<KeyRow> rows = new ArrayList<>(all);
        rows.removeAll(shredded);
        KeyWrapping opening = wrapping.with(new BackupBranches(rows, seal, wrapping));
        for (KeyRow row : rows) {
            opening.unwrap(row).close();
        }
        return registry.change(change -> {
            BackupRestore restore = new BackupRestore(new SealedChange(change, seal), clock.instant(), undoDestroy);
            // A key is not added before the branch key that it needs.
            restore.add(rows.stream().filter(KeyBackup::ofBranch).toList());
            restore.add(rows.stream().filter(row -> !ofBranch(row)).toList());
            return restore.done(shredded);
        });
    }

    /** Rows of tenants that were shredded, and of branch keys of theirs under which no other row of the backup is. */
    private List<KeyRow> shredded(List<KeyRow> all) {
        Set<Scope> marks =
                ShredMark.ofTenants(
                                registry,
                                seal,
                                all.stream().map(row -> row.scope().tenant()).toList())
                        .stream()
                        .map(KeyRow::scope)
                        .collect(Collectors.toSet());
        List<KeyRow> shredded = new ArrayList<>(all.stream()
                .filter(row ->
                        ShredMark.over(row.scope()).filter(marks::contains).isPresent())
                .toList());
        Set<KeyId> needed = new HashSet<>();
        all.stream().filter(row -> !shredded.contains(row)).forEach(row -> BranchKey.over(row)
                .ifPresent(needed::add));
        all.stream()
                .filter(row -> ofBranch(row)
                        && marks.contains(ShredMark.of(row.scope().tenant(), false))
                        && !needed.contains(row.keyId()))
                .forEach(shredded::add);
        return shredded;
    }

    private static boolean ofBranch(KeyRow row) {
        return row.scope().purpose() == Purpose.BRANCH;
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
        RegistrySeal own = RegistrySeal.ofGenuineRoot(root, wrapping);
        registry.change(change -> {
            change.insert(root);
            change.tell(List.of(KeyEvent.IMPORT.of(root)), own);
            return Optional.empty();
        });
    }
}
