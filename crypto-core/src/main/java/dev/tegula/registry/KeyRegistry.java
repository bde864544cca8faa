package dev.tegula.registry;

import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Where key rows are kept. It stores and returns rows as they are; whether they are authentic is decided by
 * {@link RegistrySeal}. Thread-safe. A database failure is {@link dev.tegula.failure.UnavailableException} or
 * {@link dev.tegula.failure.DeniedException}, a missing schema {@link dev.tegula.failure.ConfigurationException}; never
 * an empty answer.
 */
public interface KeyRegistry {

    /**
     * The row of a key, if there is one.
     *
     * @throws dev.tegula.failure.IntegrityException if it holds what no key has
     */
    Optional<KeyRow> find(KeyId keyId);

    /** The rows of many keys in one read; those that are not there, or hold what no key has, are left out. */
    default List<KeyRow> find(Collection<KeyId> keyIds) {
        Set<KeyId> wanted = Set.copyOf(keyIds);
        return all().stream().filter(row -> wanted.contains(row.keyId())).toList();
    }

    /**
     * The ACTIVE row of a scope, if there is one.
     *
     * @throws dev.tegula.failure.IntegrityException if it holds what no key has
     */
    Optional<KeyRow> active(Scope scope);

    /**
     * The ACTIVE rows of many scopes in one read; scopes without one, or whose row holds what no key has, are left out: what
     * is wrong with one must not reach the others.
     */
    List<KeyRow> active(List<Scope> scopes);

    /**
     * The rows of a scope that are PENDING, ACTIVE or DECRYPT_ONLY, by version: what a blind index may have been, or may soon
     * be, computed under.
     *
     * @throws dev.tegula.failure.IntegrityException if one holds what no key has
     */
    List<KeyRow> live(Scope scope);

    /**
     * The rows of a scope that are RETIRED, by version: what a blind index was computed under that a transaction read before a
     * rotation ended.
     *
     * @throws dev.tegula.failure.IntegrityException if one holds what no key has
     */
    default List<KeyRow> retired(Scope scope) {
        return all().stream()
                .filter(row -> row.state() == KeyState.RETIRED && row.scope().equals(scope))
                .toList();
    }

    /** All rows, also those that hold what no key has. */
    StoredKeys stored();

    /** All rows that hold what a key has, by field, tenant, purpose and version. */
    default List<KeyRow> all() {
        return stored().rows();
    }

    /**
     * Runs a change in one serializable transaction. On a serialization conflict it is rolled back and run again, so the
     * work must have no other effect.
     */
    <T> T change(Function<RegistryChange, T> work);

    /**
     * The registry's counter: the highest rev of any genuine row, 0 without one. Rows read after this call are at least as
     * new.
     *
     * @param genuine verifies the seal: anyone who can add a row could set the counter of all otherwise
     */
    long epoch(Predicate<KeyRow> genuine);

    /** Notes that an instance is alive and which epoch (highest rev) it works by. */
    void report(InstanceReport report);

    /** The instances seen since the given instant of {@link #clock}, without those that said they closed. */
    List<InstanceReport> instances(Instant seenSince);

    /** The clock that all who use this registry share: who is alive, and how long a key has been retired, go by it. */
    InstantSource clock();
}
