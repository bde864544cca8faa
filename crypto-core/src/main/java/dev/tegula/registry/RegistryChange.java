package dev.tegula.registry;

import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The registry inside one serializable transaction. */
public interface RegistryChange {

    /** All rows of a scope, by version. */
    List<KeyRow> rows(Scope scope);

    /** The row of a key, if there is one. */
    Optional<KeyRow> find(KeyId keyId);

    /** All rows, also those that hold what no key has. */
    StoredKeys stored();

    /**
     * The next value of the registry's counter: more than the rev of any genuine row, and of no row at all.
     *
     * @param genuine verifies the seal
     */
    long nextRev(Predicate<KeyRow> genuine);

    /** Removes rows that do not verify. */
    void remove(UnsealedKey row);

    /** Adds a sealed row. */
    void insert(KeyRow sealed);

    /**
     * Replaces a row by a sealed one of the same key id.
     *
     * @throws dev.tegula.failure.RefusedException code {@code conflict}, if the row no longer has that rev
     */
    void update(KeyRow sealed, long expectedRev);

    /** Bumps the fence of every open re-encryption job that touches the scope, so that a stale job stops writing. */
    void fenceJobs(Scope scope);
}
