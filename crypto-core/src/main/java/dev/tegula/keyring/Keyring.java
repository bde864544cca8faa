package dev.tegula.keyring;

import dev.tegula.cipher.EnvelopeCipher;
import dev.tegula.cipher.IndexMac;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.TegulaException;
import dev.tegula.registry.KeyRegistry;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyWrapping;
import dev.tegula.registry.RegistrySeal;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys a process works with. Warm calls touch neither KMS nor database. A background thread renews the write leases
 * in use in one read at half their time and reports this instance with the epoch it works by; it survives whatever is thrown,
 * and {@link #health} tells how it is. When it fails, calls renew and report for themselves and then fail by the rules of
 * {@link KeyringSettings}. Thread-safe; closing it stops the background work and forgets the keys.
 */
public final class Keyring implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Keyring.class);

    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(5);

    private final RegistrySeal seal;
    private final LongSupplier nanoTime;
    private final OpenKeys keys;
    private final CallGate calls;
    private final Leases leases;
    private final LiveIndexKeys indexes;
    private final Heartbeat heartbeat;
    private final KeyringCounts counts = new KeyringCounts();
    private final Background background;
    private final UUID instance = UUID.randomUUID();

    /**
     * A keyring over a registry.
     *
     * @param missing asked for the ACTIVE row of a scope that has none; throws {@link KeyUnknownException} where keys are
     *     only made by an operator
     * @param instanceName how this process is called in reports, for example host and process id
     * @param nanoTime monotonic clock in nanoseconds
     */
    public Keyring(
            KeyRegistry registry,
            RegistrySeal seal,
            KeyWrapping wrapping,
            KeyringSettings settings,
            MissingKeys missing,
            String instanceName,
            SecureRandom random,
            LongSupplier nanoTime) {
        this(registry, seal, wrapping, settings, missing, instanceName, random, nanoTime, new BackgroundThreads());
    }

    /** A keyring whose background work is run by something other than threads of its own. */
    Keyring(
            KeyRegistry registry,
            RegistrySeal seal,
            KeyWrapping wrapping,
            KeyringSettings settings,
            MissingKeys missing,
            String instanceName,
            SecureRandom random,
            LongSupplier nanoTime,
            Background background) {
        this.background = background;
        this.seal = seal;
        this.nanoTime = nanoTime;
        this.calls = new CallGate(counts, nanoTime);
        this.keys = new OpenKeys(registry, seal, wrapping, settings, random, nanoTime, background.refreshes(), counts);
        this.heartbeat = new Heartbeat(registry, instance, instanceName, seal, settings, nanoTime);
        ShreddedTenants guarded = new ShreddedTenants(registry, seal, missing);
        this.leases = new Leases(registry, seal, guarded, keys, settings, nanoTime, heartbeat);
        this.indexes = new LiveIndexKeys(registry, seal, guarded, keys, settings, nanoTime);
        background.everyRound(settings.writeLease().dividedBy(2), this::renewLeases);
    }

    /**
     * A call begins, and until its end this instance is not reported closed: so no rotation takes an instance that
     * still writes for one that ended.
     *
     * @throws IllegalStateException if the keyring was closed
     */
    public void beginCall() {
        calls.begin();
    }

    /** The call ended, well or not, and no value is counted. */
    public void endCall() {
        calls.end();
    }

    /** The call ended with a value encrypted. */
    public void endEncrypted() {
        counts.addEncrypted();
    }

    /** The call ended with a value decrypted. */
    public void endDecrypted() {
        counts.addDecrypted();
    }

    /**
     * The cipher to write a scope with.
     *
     * @throws IllegalStateException if the keyring was closed
     * @throws KeyUnknownException if the scope has no ACTIVE key
     * @throws TegulaException if registry or KMS do not answer, deny, or answer what does not verify, or if this instance could
     *     not report itself for as long as the write limit
     */
    public EnvelopeCipher writer(Scope scope) {
        return writer(scope, now());
    }

    /** The same at a time that was just read. */
    public EnvelopeCipher writer(Scope scope, long now) {
        calls.requireServing();
        return leases.key(scope, now).cipher();
    }

    /**
     * The key to compute the blind indexes of a scope with, where a row is written.
     *
     * @throws TegulaException as {@link #writer}
     */
    public IndexMac indexWriter(Scope scope) {
        calls.requireServing();
        return leases.key(scope, now()).index();
    }

    /**
     * The keys under which a blind index may have been computed: those to look for it with. At least one.
     *
     * @throws KeyUnknownException if the scope has no ACTIVE key
     * @throws TegulaException if registry or KMS do not answer, deny, or answer what does not verify
     */
    public List<IndexMac> indexReaders(Scope scope) {
        calls.requireServing();
        return indexes.live(scope);
    }

    /**
     * Whether a blind index that was read is right under a RETIRED key of the scope: it was read before a rotation ended. Nothing
     * is looked for under these.
     *
     * @throws TegulaException as {@link #indexReaders}
     */
    public boolean anyRetiredIndex(Scope scope, Predicate<IndexMac> right) {
        calls.requireServing();
        return indexes.anyRetired(scope, right);
    }

    /**
     * The key for the next column of the blind indexes of a scope: the newest that is PENDING or ACTIVE; empty while that is
     * version 1.
     *
     * @throws TegulaException as {@link #indexReaders}
     */
    public Optional<IndexMac> indexNext(Scope scope) {
        calls.requireServing();
        return indexes.next(scope);
    }

    /** The monotonic clock of this keyring, in nanoseconds. */
    public long now() {
        return nanoTime.getAsLong();
    }

    /**
     * The cipher to read a value with.
     *
     * @throws KeyUnknownException if the registry has no such key, or it was destroyed
     * @throws dev.tegula.failure.CannotOpenException if the key is of another scope
     * @throws TegulaException if registry or KMS do not answer, deny, or answer what does not verify
     */
    public EnvelopeCipher reader(KeyId keyId, Scope scope) {
        calls.requireServing();
        return keys.reader(keyId, scope);
    }

    /**
     * The cipher to read this envelope with; the caller has checked its head.
     *
     * @throws TegulaException as {@link #reader(KeyId, Scope)}
     */
    public EnvelopeCipher reader(byte[] envelope, Scope scope) {
        calls.requireServing();
        return keys.reader(envelope, scope);
    }

    /**
     * Opens the ACTIVE keys of these scopes in the background, many at once, so that the first writes need not wait one by one.
     * Makes no key. Whatever fails is met by the first use.
     */
    public void openAhead(List<Scope> scopes) {
        List<Scope> wanted = List.copyOf(scopes);
        try {
            background.refreshes().execute(() -> openQuietly(wanted));
        } catch (RejectedExecutionException e) {
            LOG.debug("The keyring is being closed; nothing is opened ahead");
        }
    }

    /**
     * Opens the ACTIVE keys of these scopes, many at once, and asks for those that are missing, many at once.
     *
     * @throws TegulaException as {@link #writer}, the first of these failures; keys that did not fail are open
     * @throws IllegalStateException if the keyring was closed
     */
    public void prepare(List<Scope> scopes) {
        calls.begin();
        try {
            leases.prepare(scopes);
        } finally {
            calls.end();
        }
    }

    private void openQuietly(List<Scope> scopes) {
        try {
            leases.openAhead(scopes);
        } catch (RuntimeException | Error e) {
            LOG.debug("Nothing was opened ahead; the first use of each key meets this failure itself", e);
        }
    }

    /** The next write of every scope reads the registry; for a write that a fence refused. */
    public void dropLeases() {
        leases.dropAll();
        indexes.clear();
    }

    /** Forgets every opened key too: the next use of each asks registry and KMS, as if all had just started. */
    public void forget() {
        keys.evictAll();
        dropLeases();
    }

    /**
     * The row itself, if its seal is genuine.
     *
     * @throws dev.tegula.failure.IntegrityException if it is not
     */
    public KeyRow verified(KeyRow row) {
        return seal.verify(row);
    }

    /** The id under which this process reports itself. */
    public UUID instance() {
        return instance;
    }

    /** How the background work is; for a health check. Asks nobody. */
    public KeyringHealth health() {
        return heartbeat.health();
    }

    /** What was done with the keys since the start. */
    public KeyringCounts counts() {
        return counts;
    }

    /** How the opened keys are now. Asks nobody, and looks at each of them. */
    public KeyringState state() {
        return leases.state(keys);
    }

    /** How many scopes have a write lease. */
    int leases() {
        return leases.size();
    }

    /** Of how many scopes it keeps the keys of blind indexes. */
    int indexScopes() {
        return indexes.size();
    }

    /** How many cipher objects remember a key. */
    int keptCiphers() {
        return keys.keptCiphers();
    }

    /** How many places hold an opened key. */
    int openKeys() {
        return keys.held();
    }

    /** Whatever is thrown, an OutOfMemoryError too, the next round comes: an executor ends a task that throws. */
    void renewLeases() {
        try {
            leases.renew();
            heartbeat.good();
        } catch (Throwable e) {
            heartbeat.bad(e);
            tell(e);
        }
    }

    private static void tell(Throwable e) {
        try {
            if (e instanceof TegulaException) {
                LOG.warn("The write leases could not be renewed in the background: {}", e.getMessage());
            } else {
                LOG.error("The write leases could not be renewed in the background", e);
            }
        } catch (Throwable notEvenThat) {
            // Without memory there is no log either; health() has it.
        }
    }

    /**
     * Lets no call begin, waits up to five seconds for those in flight, forgets the keys, and reports the end of this
     * instance last: a rotation waits for an instance that has not said so. Where a call or the background work does not
     * end, nothing is reported, and rotations wait until the instance was not seen for a while.
     */
    @Override
    public void close() {
        if (!calls.shut()) {
            return;
        }
        // Every report of the background must be over before the last one.
        boolean reported = background.endRounds(LONGEST_CLOSE);
        boolean quiet = calls.awaitQuiet(LONGEST_CLOSE) && reported;
        calls.finish();
        background.endRefreshes();
        keys.evictAll();
        leases.clear();
        indexes.clear();
        if (quiet) {
            reportEnd();
        } else {
            LOG.warn(
                    "Closed while calls were still in flight: this instance is not reported as ended, and rotations wait"
                            + " until it was not seen for a while.");
        }
    }

    private void reportEnd() {
        try {
            heartbeat.end();
        } catch (RuntimeException e) {
            LOG.debug("The end of this instance could not be reported: {}", e.getMessage());
        }
    }
}
