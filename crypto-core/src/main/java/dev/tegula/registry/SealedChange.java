package dev.tegula.registry;

import dev.tegula.audit.AuditEntry;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Purpose;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.RefusedException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** One change of the registry in which every row is verified when read and sealed again, under a new rev, when written. */
final class SealedChange {

    private final RegistryChange change;
    private final RegistrySeal seal;

    SealedChange(RegistryChange change, RegistrySeal seal) {
        this.change = change;
        // In the transaction: a root that is replaced beside it conflicts, so no row is sealed by one that was.
        this.seal = seal.asOf(change.find(seal.trusted()));
    }

    Optional<KeyRow> find(KeyId keyId) {
        return change.find(keyId).map(seal::verify);
    }

    /** Those of them that are there. */
    Map<KeyId, KeyRow> find(List<KeyId> keyIds) {
        Map<KeyId, KeyRow> found = new HashMap<>();
        change.find(keyIds).forEach(row -> found.put(row.keyId(), seal.verify(row)));
        return found;
    }

    KeyRow get(KeyId keyId) {
        return find(keyId).orElseThrow(() -> unknown(keyId));
    }

    static KeyUnknownException unknown(KeyId keyId) {
        return new KeyUnknownException("The registry has no key " + keyId
                + "; see `tegula keys list`. After a restore `tegula keys import FILE` brings backed-up keys back.");
    }

    List<KeyRow> rows(Scope scope) {
        return change.rows(scope).stream().map(seal::verify).toList();
    }

    /** The rows of many scopes; a scope without any is left out. */
    Map<Scope, List<KeyRow>> rows(Collection<Scope> scopes) {
        return change.rows(scopes).stream().map(seal::verify).collect(Collectors.groupingBy(KeyRow::scope));
    }

    Optional<KeyRow> active(Scope scope) {
        return rows(scope).stream().filter(r -> r.state() == KeyState.ACTIVE).findFirst();
    }

    /** @throws dev.tegula.failure.MalformedException for the first key of a tenant that gets none */
    int nextVersion(Scope scope) {
        return nextVersion(scope, rows(scope));
    }

    /** The same of a scope whose rows were read. */
    static int nextVersion(Scope scope, List<KeyRow> rows) {
        int newest = rows.stream().mapToInt(KeyRow::version).max().orElse(0);
        if (newest == 0) {
            Rules.requirePlainTenant(scope);
        }
        return Math.addExact(1, newest);
    }

    /** @throws KeyInUseException if a key is under this branch key */
    void requireNoneUnder(KeyRow branch, String verb) {
        if (branch.scope().purpose() == Purpose.BRANCH) {
            KeyUses.Uses uses = BranchUses.of(branch, change.stored().rows());
            if (!uses.none()) {
                throw new KeyInUseException(branch, verb, uses);
            }
        }
    }

    /** So that no key comes under a branch key that is destroyed meanwhile: both changes read the other's row. */
    private void requireBranches(List<KeyRow> rows) {
        Set<KeyId> ids = new HashSet<>();
        rows.forEach(row -> BranchKey.over(row).ifPresent(ids::add));
        for (KeyId id : ids) {
            KeyRow branch = get(id);
            Rules.require(
                    branch,
                    "wrapped under",
                    KeyState.PENDING,
                    KeyState.ACTIVE,
                    KeyState.DECRYPT_ONLY,
                    KeyState.RETIRED);
        }
    }

    /** In the transaction that would give a key to a tenant: a shred reads the keys in the one that marks it. */
    private void requireNotShredded(List<KeyRow> rows, KeyState... harmless) {
        Set<KeyState> without = Set.of(harmless);
        Set<KeyId> marks = ShredMark.ids(rows.stream()
                .filter(row -> !without.contains(row.state()))
                .map(KeyRow::scope)
                .toList());
        if (!marks.isEmpty()) {
            change.find(marks).stream().map(seal::verify).findFirst().ifPresent(mark -> {
                throw new RefusedException("tenant-shredded", ShredMark.refusal(mark));
            });
        }
    }

    /** Adds the mark of a tenant that is shredded, or writes it back. */
    KeyRow mark(KeyRow mark, boolean fresh, AuditEntry told) {
        KeyRow sealed = seal.seal(mark.withRev(change.nextRev(seal::genuine)));
        if (fresh) {
            change.insert(sealed);
        } else {
            change.update(sealed, mark.rev());
        }
        change.tell(List.of(told), seal);
        return sealed;
    }

    KeyRow insert(KeyEvent what, KeyRow row) {
        requireNotShredded(List.of(row), KeyState.DESTROYED);
        requireBranches(List.of(row));
        KeyRow sealed = seal.seal(row.withRev(change.nextRev(seal::genuine)));
        change.insert(sealed);
        return told(what, sealed);
    }

    /** Adds many rows, under revs that follow each other. */
    List<KeyRow> insertAll(KeyEvent what, List<KeyRow> rows) {
        if (rows.isEmpty()) {
            return List.of();
        }
        requireNotShredded(rows, KeyState.DESTROYED);
        requireBranches(rows);
        long rev = change.nextRev(seal::genuine);
        if (!change.noneFrom(rev)) {
            return rows.stream().map(row -> insert(what, row)).toList();
        }
        List<KeyRow> sealed = sealed(rows, rev);
        change.insertAll(sealed);
        change.tell(sealed.stream().map(what::of).toList(), seal);
        return sealed;
    }

    private List<KeyRow> sealed(List<KeyRow> rows, long firstRev) {
        long rev = firstRev;
        List<KeyRow> sealed = new ArrayList<>();
        for (KeyRow row : rows) {
            sealed.add(seal.seal(row.withRev(rev)));
            rev = RegistryConflicts.next(rev);
        }
        return sealed;
    }

    /** Writes the row back; its rev is still the one it was read with. */
    KeyRow update(KeyEvent what, KeyRow row) {
        requireNotShredded(List.of(row), KeyState.RETIRED, KeyState.DESTROYED);
        KeyRow sealed = seal.seal(row.withRev(change.nextRev(seal::genuine)));
        change.update(sealed, row.rev());
        return told(what, sealed);
    }

    /** One that is changed beside another, and is told with that one. */
    void demote(KeyRow row) {
        KeyRow sealed = seal.seal(row.in(KeyState.DECRYPT_ONLY, row.times()).withRev(change.nextRev(seal::genuine)));
        change.update(sealed, row.rev());
    }

    /** The same of many, under revs that follow each other. */
    void demoteAll(List<KeyRow> rows) {
        if (rows.isEmpty()) {
            return;
        }
        long rev = change.nextRev(seal::genuine);
        if (!change.noneFrom(rev)) {
            rows.forEach(this::demote);
            return;
        }
        List<KeyRow> demoted = rows.stream()
                .map(row -> row.in(KeyState.DECRYPT_ONLY, row.times()))
                .toList();
        change.updateAll(sealed(demoted, rev), rows.stream().map(KeyRow::rev).toList());
    }

    private KeyRow told(KeyEvent what, KeyRow row) {
        change.tell(List.of(what.of(row)), seal);
        return row;
    }

    /** The row, if nobody wrote it since it was read as {@code before}. */
    KeyRow unchanged(KeyRow before) {
        KeyRow row = get(before.keyId());
        if (row.rev() != before.rev()) {
            throw RegistryConflicts.changed(row);
        }
        return row;
    }

    /**
     * Writes many rows back, each read as the row of the same place in {@code before}.
     *
     * @throws RefusedException code {@code conflict}, if one was changed or removed since; then none is written
     */
    List<KeyRow> updateAll(KeyEvent what, List<KeyRow> before, List<KeyRow> after) {
        if (before.isEmpty()) {
            return before;
        }
        Map<KeyId, KeyRow> now = new HashMap<>();
        change.find(before.stream().map(KeyRow::keyId).toList()).forEach(row -> now.put(row.keyId(), row));
        for (KeyRow row : before) {
            KeyRow found = now.get(row.keyId());
            if (found == null || seal.verify(found).rev() != row.rev()) {
                throw RegistryConflicts.changed(row);
            }
        }
        requireNotShredded(after, KeyState.RETIRED, KeyState.DESTROYED);
        requireBranches(after);
        long rev = change.nextRev(seal::genuine);
        if (!change.noneFrom(rev)) {
            return after.stream().map(row -> update(what, row)).toList();
        }
        List<KeyRow> sealed = sealed(after, rev);
        change.updateAll(sealed, after.stream().map(KeyRow::rev).toList());
        change.tell(sealed.stream().map(what::of).toList(), seal);
        return sealed;
    }

    /** A change of a key makes open jobs stale, which is told with it. */
    void advanceFencingTokens(Scope scope) {
        int jobs = change.advanceFencingTokens(scope);
        if (jobs > 0) {
            change.tell(
                    List.of(AuditEntry.of(AuditEntry.RESERVED + "job.fence", "field", scope.field())
                            .tenant(scope.tenant())
                            .detail("open jobs that a change of keys stops: " + jobs)),
                    seal);
        }
    }
}
