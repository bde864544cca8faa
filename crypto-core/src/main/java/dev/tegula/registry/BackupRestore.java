package dev.tegula.registry;

import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Rows of a backup on their way back, in one change: as many statements for a thousand keys as for one. */
final class BackupRestore {

    private final SealedChange tx;
    private final Instant now;
    private final boolean undoDestroy;
    private final List<KeyRow> added = new ArrayList<>();
    private final List<KeyRow> revived = new ArrayList<>();
    private final List<KeyId> present = new ArrayList<>();
    private final List<KeyId> destroyed = new ArrayList<>();

    BackupRestore(SealedChange tx, Instant now, boolean undoDestroy) {
        this.tx = tx;
        this.now = now;
        this.undoDestroy = undoDestroy;
    }

    void add(List<KeyRow> rows) {
        Map<KeyId, KeyRow> there = tx.find(rows.stream().map(KeyRow::keyId).toList());
        Map<KeyId, KeyRow> missing = new LinkedHashMap<>();
        List<KeyRow> before = new ArrayList<>();
        List<KeyRow> after = new ArrayList<>();
        for (KeyRow row : rows) {
            KeyRow stored = there.get(row.keyId());
            boolean gone = stored != null && stored.state() == KeyState.DESTROYED;
            if (stored == null && missing.putIfAbsent(row.keyId(), row) == null) {
                continue;
            }
            boolean back = stored != null
                    && gone
                    && undoDestroy
                    && row.wrapped().isPresent()
                    && !RootRotation.abandoned(stored);
            if (stored != null && back && !before.contains(stored)) {
                before.add(stored);
                after.add(revived(stored, row));
            } else {
                present.add(row.keyId());
                if (gone) {
                    destroyed.add(row.keyId());
                }
            }
        }
        added.addAll(
                tx.insertAll(KeyEvent.IMPORT, numbered(missing.values().stream().toList())));
        revived.addAll(tx.updateAll(KeyEvent.IMPORT, before, after));
    }

    KeyBackup.Restored done(List<KeyRow> shredded) {
        return new KeyBackup.Restored(added, revived, present, destroyed, shredded);
    }

    private KeyRow revived(KeyRow destroyedRow, KeyRow backup) {
        return destroyedRow
                .in(
                        KeyState.DECRYPT_ONLY,
                        destroyedRow.times().withRetired(null).withExported(now))
                .withWrapped(backup.provider(), backup.kekAlias(), backup.wrapped());
    }

    /** The rows with versions that are free. */
    private List<KeyRow> numbered(List<KeyRow> rows) {
        if (rows.isEmpty()) {
            return rows;
        }
        Map<Scope, TreeSet<Integer>> taken = new HashMap<>();
        tx.rows(rows.stream().map(KeyRow::scope).collect(Collectors.toSet()))
                .forEach((scope, there) -> taken.put(
                        scope, there.stream().map(KeyRow::version).collect(Collectors.toCollection(TreeSet::new))));
        List<KeyRow> numbered = new ArrayList<>();
        for (KeyRow row : rows) {
            TreeSet<Integer> versions = taken.computeIfAbsent(row.scope(), scope -> new TreeSet<>());
            int version = versions.contains(row.version()) ? Math.addExact(1, versions.last()) : row.version();
            versions.add(version);
            numbered.add(restored(version == row.version() ? row : row.withVersion(version)));
        }
        return numbered;
    }

    private static KeyRow restored(KeyRow row) {
        boolean mayBeInUse = row.state() == KeyState.ACTIVE || row.state() == KeyState.PENDING;
        if (!mayBeInUse) {
            return row;
        }
        // Backups are taken before activation: values may be under a key that its backup calls PENDING.
        return row.in(
                KeyState.DECRYPT_ONLY,
                row.times().activated() == null
                        ? row.times().withActivated(row.times().created())
                        : row.times());
    }
}
