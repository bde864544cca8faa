package dev.tegula.secret;

import dev.tegula.catalogue.Catalogue;
import dev.tegula.failure.IntegrityException;
import dev.tegula.jdbc.JdbcKeyRegistry;
import dev.tegula.jdbc.Timeouts;
import dev.tegula.jdbc.Transactions;
import dev.tegula.keyring.Keyring;
import dev.tegula.registry.RegistrySeal;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Secrets in a database: named values with versions, each namespace under a key of its own. A value is bound to its name and
 * version, rows are sealed, and their column is in the catalogue, so that rotation, census, fence and the guard before a key is
 * destroyed know it. Every change is one serializable transaction. Thread-safe.
 *
 * <p>Throws, beside what is said of each method: what {@link Transactions} throws; {@link
 * dev.tegula.failure.ConfigurationException} for a name outside every declared namespace; {@link IntegrityException} for rows
 * that do not verify, or are older than what this process has seen; and what the keyring throws where a key does not open.
 */
public final class SecretStore {

    /** Bytes of a value: 1 MiB. */
    public static final int LONGEST_VALUE = 1 << 20;

    private final Transactions transactions;
    private final RegistrySeal seal;
    private final Keyring keyring;
    private final SecretNamespaces namespaces;
    private final SeenRevs seen = new SeenRevs();
    private final SecretWrites writes;
    private final Set<SecretCache> caches = ConcurrentHashMap.newKeySet();

    /** The secrets behind these transactions, under the keys and seals of the registry in the same database. */
    public SecretStore(
            Transactions transactions,
            RegistrySeal seal,
            Keyring keyring,
            Catalogue catalogue,
            SecretNamespaces namespaces) {
        this.transactions = transactions;
        this.seal = seal;
        this.keyring = keyring;
        this.namespaces = namespaces;
        this.writes = new SecretWrites(
                transactions, seal, keyring, namespaces, new SecretColumn(transactions, catalogue), seen);
    }

    /** The declared namespaces. */
    public SecretNamespaces namespaces() {
        return namespaces;
    }

    /**
     * The current value. The caller closes it.
     *
     * @throws dev.tegula.failure.RefusedException code {@code secret-unknown} or {@code secret-deleted}
     */
    public SecretValue get(SecretName name) {
        return get(name, Optional.empty());
    }

    /**
     * The value of a version, or the current one. The caller closes it.
     *
     * @throws dev.tegula.failure.RefusedException code {@code secret-unknown}, {@code secret-deleted} or {@code secret-destroyed}
     */
    public SecretValue get(SecretName name, Optional<Long> version) {
        namespaces.require(name);
        long before = seen.of(name);
        return explained(() -> {
            HeldValue held = transactions.snapshot(Timeouts.SHORT, session -> {
                Optional<HeldValue> found = new SecretRows(session, seal).held(name, version);
                seen.require(name, before, found.map(HeldValue::secret));
                return found.orElseThrow(() -> SecretRefusals.unknown(name));
            });
            seen.note(held.secret());
            if (held.secret().state() == Secret.State.DELETED) {
                throw SecretRefusals.deleted(name);
            }
            return held.open(keyring);
        });
    }

    /** Rows may not verify because the root was replaced, which is the better answer. */
    private <T> T explained(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (IntegrityException e) {
            throw seal.explained(e);
        }
    }

    /**
     * A secret without its values.
     *
     * @throws dev.tegula.failure.RefusedException code {@code secret-unknown}
     */
    public Secret describe(SecretName name) {
        namespaces.require(name);
        return read(name, (rows, secret) -> secret);
    }

    /**
     * A secret with every version from the first.
     *
     * @throws dev.tegula.failure.RefusedException code {@code secret-unknown}
     */
    public SecretHistory history(SecretName name) {
        namespaces.require(name);
        return read(name, (rows, secret) -> new SecretHistory(secret, rows.history(secret)));
    }

    /**
     * The current values of the secrets at and below a name, as of one moment and in the order of their names; those that are
     * deleted are left out. The caller closes each.
     *
     * @throws IntegrityException if the row of one of them does not verify
     */
    public List<SecretValue> getAll(SecretName prefix) {
        SecretMoment moment = moment(List.of(), List.of(prefix));
        moment.names(prefix).forEach(namespaces::require);
        return moment.openAll(prefix);
    }

    /**
     * The secrets of these names, and those at and below the prefixes, as of one moment and read in one statement. No value is
     * opened.
     *
     * @throws IntegrityException if one of them is older than what this process has seen
     */
    public SecretMoment moment(Collection<SecretName> names, Collection<SecretName> prefixes) {
        Map<SecretName, Long> before = new HashMap<>();
        names.forEach(name -> before.put(name, seen.of(name)));
        prefixes.forEach(prefix -> before.putAll(seen.below(prefix)));
        SecretMoment.Rows found = explained(() -> transactions.snapshot(Timeouts.MANY, session -> {
            SecretMoment.Rows rows = new SecretRows(session, seal).moment(names, prefixes);
            before.forEach((name, rev) -> seen.require(name, rev, rows.of(name)));
            return rows;
        }));
        found.secrets().forEach(seen::note);
        return new SecretMoment(found, namespaces, keyring);
    }

    /**
     * Watches the secrets at and below a name. The listener is told how they are at once, by the caller's thread, and after each
     * change by the watch's; what it throws there is logged, and it is told again.
     *
     * @param interval how long from one look to the next
     * @param listener opens what it needs, and closes it
     * @throws dev.tegula.failure.TegulaException if they cannot be read at once
     */
    public SecretWatch watch(SecretName prefix, Duration interval, Consumer<SecretMoment> listener) {
        return new SecretWatch(this, prefix, interval, listener).begin();
    }

    /**
     * Keeps current values in memory; the caller closes it, or the engine does.
     *
     * @param maxAge how old a value may be that is given without a look at its row
     * @param outageLimit how old while database or KMS are unavailable; older ones are wiped
     * @throws IllegalStateException if the engine was closed
     */
    public SecretCache cache(Duration maxAge, Duration outageLimit) {
        return cache(maxAge, outageLimit, System::nanoTime);
    }

    SecretCache cache(Duration maxAge, Duration outageLimit, LongSupplier nanoTime) {
        requireServing();
        SecretCache cache = new SecretCache(this, maxAge, outageLimit, nanoTime);
        caches.add(cache);
        return cache;
    }

    void forget(SecretCache cache) {
        caches.remove(cache);
    }

    /** Closes all caches of these secrets; an engine does so when it is closed. */
    public void closeCaches() {
        List.copyOf(caches).forEach(SecretCache::close);
    }

    /** @throws IllegalStateException if the engine was closed */
    void requireServing() {
        keyring.beginCall();
        keyring.endCall();
    }

    /** The secrets at and below a name, deleted ones too; all without one. */
    public SecretListing list(Optional<SecretName> prefix) {
        return transactions.read(session -> new SecretRows(session, seal).list(prefix));
    }

    /**
     * Writes a value as the newest version; a secret that was deleted is read again.
     *
     * @param value 0 to {@link #LONGEST_VALUE} bytes; copied
     * @return the secret with its new version
     * @throws dev.tegula.failure.RefusedException code {@code secret-conflict}, if the condition of the change does not hold; code
     *     {@code secret-too-long}
     * @throws dev.tegula.failure.KeyUnknownException if the namespace has no key yet; the message names the command that makes one
     */
    public Secret put(SecretName name, byte[] value, SecretChange change) {
        return write(name, value, change, Optional.empty());
    }

    /**
     * Makes many changes in one transaction: all of them, or none.
     *
     * @return each secret as it is now, in the order of their names
     * @throws dev.tegula.failure.RefusedException as {@link #put} and {@link #delete} of any of them
     */
    public List<Secret> change(SecretBatch batch) {
        List<PendingChange> pending = batch.changes();
        pending.forEach(each -> namespaces.require(each.name()));
        return pending.isEmpty() ? List.of() : writes.make(pending);
    }

    /**
     * Writes the value of an older version as the newest one: history only grows.
     *
     * @throws dev.tegula.failure.RefusedException as {@link #put}; code {@code secret-unknown} or {@code secret-destroyed} for a
     *     version whose value is not there
     */
    public Secret rollback(SecretName name, long version, SecretChange change) {
        namespaces.require(name);
        long before = seen.of(name);
        HeldValue held = transactions.snapshot(Timeouts.SHORT, session -> {
            Optional<HeldValue> found = new SecretRows(session, seal).held(name, Optional.of(version));
            seen.require(name, before, found.map(HeldValue::secret));
            return found.orElseThrow(() -> SecretRefusals.unknown(name));
        });
        try (SecretValue old = held.open(keyring)) {
            byte[] value = old.bytes();
            try {
                return write(name, value, change, Optional.of(version));
            } finally {
                Arrays.fill(value, (byte) 0);
            }
        }
    }

    /**
     * Hides a secret. Its versions stay.
     *
     * @return the secret; as it was, if it was deleted already
     * @throws dev.tegula.failure.RefusedException code {@code secret-unknown} or {@code secret-conflict}
     */
    public Secret delete(SecretName name, SecretChange change) {
        namespaces.require(name);
        return writes.make(List.of(PendingChange.delete(name, change))).get(0);
    }

    /**
     * Brings a deleted secret back with the version that it had.
     *
     * @return the secret; as it was, if it was not deleted
     * @throws dev.tegula.failure.RefusedException code {@code secret-unknown}, {@code secret-conflict}, or {@code secret-destroyed} if that
     *     version was destroyed meanwhile
     */
    public Secret undelete(SecretName name, SecretChange change) {
        return change(SecretTold.of("undelete", name), name, change, (rows, secret) -> {
            if (secret.state() == Secret.State.LIVE) {
                return secret;
            }
            rows.held(name, Optional.empty()).orElseThrow().version();
            return updated(rows, secret, Secret.State.LIVE);
        });
    }

    /**
     * Removes the value of a version for ever.
     *
     * @return the secret; as it was, if that version was destroyed already
     * @throws dev.tegula.failure.RefusedException code {@code secret-unknown}, {@code secret-conflict}, or {@code secret-current} for the
     *     version that is read
     */
    public Secret destroy(SecretName name, long version, SecretChange change) {
        return change(SecretTold.of("destroy", name).version(version), name, change, (rows, secret) -> {
            SecretVersion wanted = rows.find(secret, version)
                    .filter(found -> version <= secret.current())
                    .orElseThrow(() -> SecretRefusals.noVersion(secret, version));
            if (wanted.state() == SecretVersion.State.DESTROYED) {
                return secret;
            }
            if (secret.state() == Secret.State.LIVE && version == secret.current()) {
                throw SecretRefusals.current(name, version);
            }
            rows.destroy(wanted.destroyed(rows.now(), change.actor()));
            return updated(rows, secret, secret.state());
        });
    }

    private Secret write(SecretName name, byte[] value, SecretChange change, Optional<Long> copiedFrom) {
        namespaces.require(name);
        try (PendingChange pending = PendingChange.put(name, value, change, copiedFrom)) {
            return writes.make(List.of(pending)).get(0);
        }
    }

    /** A change of a secret that is there. */
    @FunctionalInterface
    private interface Step {
        Secret of(SecretRows rows, Secret secret) throws SQLException;
    }

    private Secret change(SecretTold what, SecretName name, SecretChange change, Step step) {
        namespaces.require(name);
        return remembered(
                name,
                before -> transactions.serializable(session -> {
                    SecretRows rows = new SecretRows(session, JdbcKeyRegistry.sealing(session, seal));
                    Optional<Secret> found = rows.find(name);
                    seen.require(name, before, found);
                    Secret secret = found.orElseThrow(() -> SecretRefusals.unknown(name));
                    SecretWrites.requireCondition(name, change, found);
                    Secret changed = step.of(rows, secret);
                    if (changed.rev() != secret.rev()) {
                        rows.tell(transactions.author(), List.of(what.entry(change)));
                    }
                    return changed;
                }));
    }

    private static Secret updated(SecretRows rows, Secret secret, Secret.State state) throws SQLException {
        Secret updated = secret.updated(state, rows.now());
        rows.update(updated, secret.rev());
        return updated;
    }

    /** A read of the rows of a secret. */
    @FunctionalInterface
    private interface Reading<T> {
        T of(SecretRows rows, Secret secret) throws SQLException;
    }

    /** All rows as of one moment. */
    private <T> T read(SecretName name, Reading<T> reading) {
        long before = seen.of(name);
        return explained(() -> transactions.snapshot(Timeouts.SHORT, session -> {
            SecretRows rows = new SecretRows(session, seal);
            Optional<Secret> found = rows.find(name);
            seen.require(name, before, found);
            found.ifPresent(seen::note);
            return reading.of(rows, found.orElseThrow(() -> SecretRefusals.unknown(name)));
        }));
    }

    /** A change, told what this process had seen before. */
    @FunctionalInterface
    private interface Change {
        Secret of(long before);
    }

    private Secret remembered(SecretName name, Change change) {
        Secret changed = change.of(seen.of(name));
        seen.note(changed);
        return changed;
    }
}
