package dev.tegula.registry;

import dev.tegula.audit.AuditEntry;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The registry inside one serializable transaction. */
public interface RegistryChange {

    /** All rows of a scope, by version. */
    List<KeyRow> rows(Scope scope);

    /** All rows of many scopes, in no order. */
    default List<KeyRow> rows(Collection<Scope> scopes) {
        return scopes.stream().flatMap(scope -> rows(scope).stream()).toList();
    }

    /** The row of a key, if there is one. */
    Optional<KeyRow> find(KeyId keyId);

    /** The rows of many keys; those that are not there, or hold what no key has, are left out. */
    default List<KeyRow> find(Collection<KeyId> keyIds) {
        return keyIds.stream().flatMap(id -> find(id).stream()).toList();
    }

    /** All rows, also those that hold what no key has. */
    StoredKeys stored();

    /**
     * The next value of the registry's counter: more than the rev of any genuine row, and of no row at all.
     *
     * @param genuine verifies the seal
     */
    long nextRev(Predicate<KeyRow> genuine);

    /**
     * Whether no row has a rev from this one on, genuine or not: then the revs that follow are free too.
     *
     * @param rev from {@link #nextRev}
     */
    default boolean noneFrom(long rev) {
        StoredKeys stored = stored();
        return stored.unreadable().isEmpty() && stored.rows().stream().noneMatch(row -> row.rev() >= rev);
    }

    /** Removes rows that do not verify. */
    void remove(UnsealedKey row);

    /** Adds a sealed row. */
    void insert(KeyRow sealed);

    /** Adds many sealed rows. */
    default void insertAll(List<KeyRow> sealed) {
        sealed.forEach(this::insert);
    }

    /**
     * Replaces a row by a sealed one of the same key id.
     *
     * @throws dev.tegula.failure.RefusedException code {@code conflict}, if the row no longer has that rev
     */
    void update(KeyRow sealed, long expectedRev);

    /**
     * Replaces many rows, each as {@link #update} does.
     *
     * @param expectedRevs as many as rows, in the same order
     * @throws dev.tegula.failure.RefusedException code {@code conflict}, if one of the rows no longer has its rev
     */
    default void updateAll(List<KeyRow> sealed, List<Long> expectedRevs) {
        for (int at = 0; at < sealed.size(); at++) {
            update(sealed.get(at), expectedRevs.get(at));
        }
    }

    /**
     * Tells what is changed, in the audit trail of the same transaction.
     *
     * @param seal vouches for the entries
     */
    void tell(List<AuditEntry> entries, RegistrySeal seal);

    /**
     * Bumps the fence of every open re-encryption job that touches the scope, so that a stale job stops writing.
     *
     * @return how many jobs that are
     */
    int advanceFencingTokens(Scope scope);
}
