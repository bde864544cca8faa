package dev.tegula.secret;

import dev.tegula.catalogue.Catalogue;
import dev.tegula.cipher.EnvelopeCipher;
import dev.tegula.envelope.Mode;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.IntegrityException;
import dev.tegula.jdbc.Timeouts;
import dev.tegula.jdbc.Transactions;
import dev.tegula.keyring.Keyring;
import dev.tegula.registry.RegistrySeal;
import dev.tegula.value.Inner;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

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

    private static final int FENCED_TRIES = 5;

    private final Transactions transactions;
    private final RegistrySeal seal;
    private final Keyring keyring;
    private final SecretNamespaces namespaces;
    private final SecretColumn column;
    private final SeenRevs seen = new SeenRevs();

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
        this.column = new SecretColumn(transactions, catalogue);
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
        HeldValue held = read(name, rows -> {
            Secret secret = live(rows, name);
            return HeldValue.read(rows, secret, version.orElse(secret.current()));
        });
        return held.open(keyring);
    }

    /**
     * A secret without its values.
     *
     * @throws dev.tegula.failure.RefusedException code {@code secret-unknown}
     */
    public Secret describe(SecretName name) {
        namespaces.require(name);
        return read(name, rows -> known(rows, name));
    }

    /**
     * Every version from the first.
     *
     * @throws dev.tegula.failure.RefusedException code {@code secret-unknown}
     */
    public List<SecretVersion> history(SecretName name) {
        namespaces.require(name);
        return read(name, rows -> rows.history(known(rows, name)));
    }

    /** The secrets at and below a name, deleted ones too; all without one. */
    public SecretListing list(Optional<SecretName> prefix) {
        return transactions.readCommitted(session -> new SecretRows(session, seal).list(prefix));
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
     * Writes the value of an older version as the newest one: history only grows.
     *
     * @throws dev.tegula.failure.RefusedException as {@link #put}; code {@code secret-unknown} or {@code secret-destroyed} for a
     *     version whose value is not there
     */
    public Secret rollback(SecretName name, long version, SecretChange change) {
        namespaces.require(name);
        HeldValue held = read(name, rows -> HeldValue.read(rows, known(rows, name), version));
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
        return change(
                name,
                change,
                (rows, secret) ->
                        secret.state() == Secret.State.DELETED ? secret : updated(rows, secret, Secret.State.DELETED));
    }

    /**
     * Brings a deleted secret back with the version that it had.
     *
     * @return the secret; as it was, if it was not deleted
     * @throws dev.tegula.failure.RefusedException code {@code secret-unknown}, {@code secret-conflict}, or {@code secret-destroyed} if that
     *     version was destroyed meanwhile
     */
    public Secret undelete(SecretName name, SecretChange change) {
        return change(name, change, (rows, secret) -> {
            if (secret.state() == Secret.State.LIVE) {
                return secret;
            }
            HeldValue.version(rows, secret, secret.current());
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
        return change(name, change, (rows, secret) -> {
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
        SecretName namespace = namespaces.require(name);
        if (value.length > LONGEST_VALUE) {
            throw SecretRefusals.tooLong(name);
        }
        Scope scope = SecretNamespaces.scope(namespace);
        column.publish();
        keyring.beginCall();
        try {
            byte[] inner = Inner.encode(HeldValue.BYTES, value, 0);
            try {
                for (int tried = 0; tried < FENCED_TRIES; tried++) {
                    // Before the transaction: what opens a key may need a connection of its own.
                    EnvelopeCipher cipher = keyring.writer(scope);
                    try {
                        return remembered(
                                name,
                                before -> transactions.serializable(session -> write(
                                        new SecretRows(session, seal),
                                        before,
                                        name,
                                        namespace,
                                        inner,
                                        cipher,
                                        change,
                                        copiedFrom)));
                    } catch (SecretRows.Fenced retired) {
                        keyring.dropLeases();
                    }
                }
                throw SecretRefusals.busy(name);
            } finally {
                Arrays.fill(inner, (byte) 0);
            }
        } finally {
            keyring.endCall();
        }
    }

    private Secret write(
            SecretRows rows,
            long before,
            SecretName name,
            SecretName namespace,
            byte[] inner,
            EnvelopeCipher cipher,
            SecretChange change,
            Optional<Long> copiedFrom)
            throws SQLException {
        Optional<Secret> found = rows.find(name);
        seen.require(name, before, found);
        long current = found.map(Secret::current).orElse(0L);
        requireCondition(name, change, current);
        if (copiedFrom.isPresent()) {
            HeldValue.version(rows, found.orElseThrow(() -> SecretRefusals.unknown(name)), copiedFrom.get());
        }
        long version = current + 1;
        if (rows.occupied(name, version)) {
            throw new IntegrityException("tegula_secret_version has a row of version " + version + " of " + name
                    + ", which Tegula never wrote: its newest is " + current
                    + ". As the owner of the table, delete that row, then run the same again.");
        }
        Instant now = rows.now();
        Secret written = new Secret(
                name,
                namespace,
                version,
                Secret.State.LIVE,
                found.map(Secret::rev).orElse(0L) + 1,
                change.expiresIn().map(now::plus),
                change.note().or(() -> found.map(Secret::note)).orElse(""),
                now);
        if (found.isPresent()) {
            rows.update(written, found.get().rev());
        } else {
            rows.insert(written);
        }
        SecretVersion made = new SecretVersion(
                name,
                version,
                namespace,
                SecretVersion.State.HELD,
                copiedFrom,
                now,
                change.actor(),
                Optional.empty(),
                Optional.empty());
        rows.insert(made, cipher.encrypt(Mode.ROW, name.rowId(version), inner));
        return written;
    }

    /** A change of a secret that is there. */
    @FunctionalInterface
    private interface Step {
        Secret of(SecretRows rows, Secret secret) throws SQLException;
    }

    private Secret change(SecretName name, SecretChange change, Step step) {
        namespaces.require(name);
        return remembered(
                name,
                before -> transactions.serializable(session -> {
                    SecretRows rows = new SecretRows(session, seal);
                    Optional<Secret> found = rows.find(name);
                    seen.require(name, before, found);
                    Secret secret = found.orElseThrow(() -> SecretRefusals.unknown(name));
                    requireCondition(name, change, secret.current());
                    return step.of(rows, secret);
                }));
    }

    private static Secret updated(SecretRows rows, Secret secret, Secret.State state) throws SQLException {
        Secret updated = new Secret(
                secret.name(),
                secret.namespace(),
                secret.current(),
                state,
                secret.rev() + 1,
                secret.expires(),
                secret.note(),
                rows.now());
        rows.update(updated, secret.rev());
        return updated;
    }

    private static void requireCondition(SecretName name, SecretChange change, long current) {
        change.ifVersion().filter(expected -> expected != current).ifPresent(expected -> {
            throw SecretRefusals.conflict(name, expected, current);
        });
    }

    private static Secret known(SecretRows rows, SecretName name) throws SQLException {
        return rows.find(name).orElseThrow(() -> SecretRefusals.unknown(name));
    }

    private static Secret live(SecretRows rows, SecretName name) throws SQLException {
        Secret secret = known(rows, name);
        if (secret.state() == Secret.State.DELETED) {
            throw SecretRefusals.deleted(name);
        }
        return secret;
    }

    /** A read of rows. */
    @FunctionalInterface
    private interface Reading<T> {
        T of(SecretRows rows) throws SQLException;
    }

    /** All rows as of one moment. */
    private <T> T read(SecretName name, Reading<T> reading) {
        long before = seen.of(name);
        return transactions.snapshot(Timeouts.SHORT, session -> {
            SecretRows rows = new SecretRows(session, seal);
            Optional<Secret> found = rows.find(name);
            seen.require(name, before, found);
            found.ifPresent(seen::note);
            return reading.of(rows);
        });
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
