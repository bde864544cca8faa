package dev.tegula.keyring;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tegula.cipher.EnvelopeCipher;
import dev.tegula.cipher.GcmCiphers;
import dev.tegula.cipher.IndexMac;
import dev.tegula.cipher.RootKey;
import dev.tegula.envelope.EnvelopeHead;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Purpose;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.registry.BranchKey;
import dev.tegula.registry.KeyRegistry;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import dev.tegula.registry.KeyWrapping;
import dev.tegula.registry.RegistrySeal;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The cache of opened keys and its outage ladder. One unwrap for each key however many threads ask; refreshed ahead in
 * the background at about 80 % of its time, the first time anywhere from 20 %; one that lay idle past its time is opened again
 * before it serves; while the KMS does not answer, served on until the outage limit; evicted at once when the KMS denies or
 * the registry no longer has the key.
 */
final class OpenKeys {

    private static final Logger LOG = LoggerFactory.getLogger(Keyring.class);
    /** Keys found without the cache; a power of two. */
    static final int RECENT = 64;

    private final KeyRegistry registry;
    private final RegistrySeal seal;
    private final KeyWrapping wrapping;
    private final KeyringSettings settings;
    private final SecureRandom random;
    private final LongSupplier nanoTime;
    private final Executor background;
    private final RefreshTimes times;
    private final GcmCiphers ciphers;
    private final KeyringCounts counts;
    private final Cache<KeyId, OpenKey> cache;
    private final AtomicReferenceArray<@Nullable OpenKey> recent = new AtomicReferenceArray<>(RECENT);
    private final Map<Wanted, CompletableFuture<OpenKey>> opening = new ConcurrentHashMap<>();

    /** With the scope, so that who asks in the wrong one fails alone. */
    private record Wanted(KeyId id, Scope scope) {}

    OpenKeys(
            KeyRegistry registry,
            RegistrySeal seal,
            KeyWrapping wrapping,
            KeyringSettings settings,
            SecureRandom random,
            LongSupplier nanoTime,
            Executor background,
            KeyringCounts counts) {
        this.registry = registry;
        this.seal = seal;
        this.wrapping = wrapping;
        this.settings = settings;
        this.random = random;
        this.nanoTime = nanoTime;
        this.background = background;
        this.times = new RefreshTimes(settings, random);
        this.ciphers = new GcmCiphers(random);
        this.counts = counts;
        this.cache = Caffeine.newBuilder()
                .maximumSize(settings.maximumKeys())
                .executor(Runnable::run)
                .evictionListener(this::evicted)
                .build();
    }

    /** Too many keys: the next use opens it again, and no cipher remembers it. */
    private void evicted(@Nullable KeyId id, @Nullable OpenKey key, Object cause) {
        if (id != null && key != null) {
            key.replaced();
            ciphers.forget(id);
        }
    }

    /** In one step with what opens it again, so that only the ciphers of this one are dropped. */
    private void remove(KeyId id, OpenKey old) {
        cache.asMap().computeIfPresent(id, (i, held) -> {
            if (held != old) {
                return held;
            }
            ciphers.forget(id);
            return null;
        });
    }

    /** The key for reading, found by id and checked to be of that scope before anything is unwrapped. */
    EnvelopeCipher reader(KeyId id, Scope scope) {
        return ofScope(get(id, scope), scope).cipher();
    }

    /** The key that an envelope names. Keys in use are found without making an object or asking the cache. */
    EnvelopeCipher reader(byte[] envelope, Scope scope) {
        int slot = envelope[EnvelopeHead.KEY_ID_OFFSET] & (RECENT - 1);
        OpenKey last = recent.get(slot);
        if (last != null
                && last.row.keyId().at(envelope, EnvelopeHead.KEY_ID_OFFSET)
                && last.fresh(nanoTime.getAsLong())
                && last.row.scope().equals(scope)) {
            return last.cipher();
        }
        OpenKey key = ofScope(get(KeyId.copyOf(envelope, EnvelopeHead.KEY_ID_OFFSET), scope), scope);
        recent.set(slot, key);
        return key.cipher();
    }

    /** The key of a row that was just read and verified. */
    OpenKey of(KeyRow row) {
        return get(row.keyId(), row.scope());
    }

    /**
     * Opens the key of a row that was just read and verified, unless it is open already.
     *
     * @param asked when the row was asked for
     */
    OpenKey ahead(KeyRow row, long asked) {
        OpenKey key = cache.getIfPresent(row.keyId());
        return key != null && !key.expired(nanoTime.getAsLong())
                ? key
                : openOnce(
                        row.keyId(),
                        row.scope(),
                        () -> open(
                                row,
                                asked,
                                times.first(ThreadLocalRandom.current().nextDouble())));
    }

    void evictAll() {
        cache.asMap().forEach((id, key) -> {
            key.end();
            remove(id, key);
        });
        for (int slot = 0; slot < RECENT; slot++) {
            recent.set(slot, null);
        }
    }

    int keptCiphers() {
        return ciphers.kept();
    }

    /** How many served to the outage limit and are not open any more. */
    int lapsed() {
        long now = nanoTime.getAsLong();
        return (int) cache.asMap().values().stream()
                .filter(key -> key.inOutage() && key.expired(now))
                .count();
    }

    /** Those that may serve. */
    List<OpenKey> serving() {
        long now = nanoTime.getAsLong();
        return cache.asMap().values().stream().filter(key -> !key.expired(now)).toList();
    }

    /** How many places hold an opened key. */
    int held() {
        int held = cache.asMap().size();
        for (int slot = 0; slot < RECENT; slot++) {
            held += recent.get(slot) == null ? 0 : 1;
        }
        return held;
    }

    private static OpenKey ofScope(OpenKey key, Scope scope) {
        if (!key.row.scope().equals(scope)) {
            throw new CannotOpenException(scope.field().value());
        }
        return key;
    }

    private OpenKey get(KeyId id, Scope scope) {
        OpenKey key = cache.getIfPresent(id);
        long now = nanoTime.getAsLong();
        if (key == null || key.expired(now)) {
            return openOnce(id, scope, () -> open(id, scope));
        }
        if (key.takeRefresh(now)) {
            if (key.overdue(now)) {
                return refresh(key);
            }
            refreshInBackground(key);
        }
        return key;
    }

    /** One thread opens, the others that want this key wait for it; those that want another key are not held up. */
    private OpenKey openOnce(KeyId id, Scope scope, Supplier<OpenKey> opens) {
        Wanted wanted = new Wanted(id, scope);
        CompletableFuture<OpenKey> mine = new CompletableFuture<>();
        CompletableFuture<OpenKey> running = opening.putIfAbsent(wanted, mine);
        if (running != null) {
            return join(running);
        }
        try {
            OpenKey already = cache.getIfPresent(id);
            boolean open = already != null && !already.expired(nanoTime.getAsLong());
            mine.complete(open && already != null ? already : opens.get());
        } catch (RuntimeException | Error e) {
            mine.completeExceptionally(e);
        } finally {
            opening.remove(wanted, mine);
        }
        return join(mine);
    }

    /**
     * Opens it again. While the KMS does not answer, or cannot be asked as it is configured (a certificate that ended), the
     * old one serves on; whatever else fails ends it.
     */
    private OpenKey refresh(OpenKey old) {
        KeyId id = old.row.keyId();
        try {
            return open(id, old.row.scope());
        } catch (UnavailableException | ConfigurationException e) {
            long now = nanoTime.getAsLong();
            old.refreshFailed(now, times.pause());
            counts.addFailedRefresh();
            LOG.warn(
                    "{}: key {} could not be refreshed and serves from cache for {} s more: {}",
                    old.row.scope(),
                    id,
                    (old.hardLimitNanos - now) / 1_000_000_000L,
                    e.getMessage());
            return old;
        } catch (RuntimeException | Error e) {
            if (old.end()) {
                // That a tenant was shredded is no accident.
                boolean meant = e instanceof KeyUnknownException unknown && unknown.ofShreddedTenant();
                LOG.atLevel(meant ? Level.WARN : Level.ERROR)
                        .log("{}: key {} is not served any more: {}", old.row.scope(), id, e.getMessage());
            }
            remove(id, old);
            endUnder(id);
            throw e;
        }
    }

    /** What the branch key opened is not served any more either. */
    private void endUnder(KeyId branch) {
        int[] ended = {0};
        cache.asMap().forEach((id, key) -> {
            if (BranchKey.over(key.row).filter(branch::equals).isPresent() && key.end()) {
                remove(id, key);
                ended[0]++;
            }
        });
        if (ended[0] > 0) {
            LOG.error("{} keys that branch key {} opened are not served any more either", ended[0], branch);
        }
    }

    private void refreshInBackground(OpenKey key) {
        try {
            background.execute(() -> refreshQuietly(key));
        } catch (RejectedExecutionException e) {
            LOG.debug("The keyring is being closed; the key serves the calls in flight as it is");
        }
    }

    private void refreshQuietly(OpenKey old) {
        try {
            refresh(old);
        } catch (RuntimeException | Error e) {
            LOG.debug("The next use of the key meets this failure itself", e);
        }
    }

    private OpenKey open(KeyId id, Scope scope) {
        long asked = nanoTime.getAsLong();
        KeyRow row = registry.find(id)
                .orElseThrow(() -> ShreddedTenants.gone(
                        registry,
                        seal,
                        scope,
                        scope + ": the registry does not have the key that the"
                                + " value names (`tegula inspect` shows its id). Either this is another database's"
                                + " registry, or a restore left it older than the data:"
                                + " `tegula keys import FILE` brings exported rows back."));
        seal.verifyOrFollow(row);
        if (!row.scope().equals(scope)) {
            throw new CannotOpenException(scope.field().value());
        }
        // A branch key is one for many: it needs no spreading, and each of its refreshes is a call that nobody saves.
        boolean first = cache.getIfPresent(id) == null && scope.purpose() != Purpose.BRANCH;
        return open(row, asked, first ? times.first() : times.later());
    }

    private OpenKey open(KeyRow row, long asked, long refresh) {
        Scope scope = row.scope();
        if (row.state() == KeyState.DESTROYED) {
            throw ShreddedTenants.gone(registry, seal, scope, KeyWrapping.destroyed(row));
        }
        if (row.state() == KeyState.RETIRED) {
            LOG.warn(
                    "{}: key {} is RETIRED but was needed to read a value; run `tegula status {}`",
                    scope,
                    row.label(),
                    scope.field());
        }
        Optional<KeyId> under = BranchKey.over(row);
        OpenKey branch = under.isPresent() ? branch(row, under.get()) : null;
        long ttl = settings.cacheTtl().toNanos();
        // What a branch key opened is as old as the last answer of the KMS about that one.
        long since = branch == null ? asked : RefreshTimes.earlier(asked, branch.trustedUntilNanos() - ttl);
        long due = branch == null ? asked + refresh : times.under(since + ttl, asked, refresh);
        Purpose purpose = scope.purpose();
        try (RootKey root = branch == null ? wrapping.unwrap(row) : wrapping.unwrap(row, branch.branch())) {
            counts.addOpened();
            for (boolean again = true; ; again = false) {
                EnvelopeCipher cipher = purpose == Purpose.DATA
                        ? EnvelopeCipher.of(root, row.suite(), scope, ciphers, random, nanoTime)
                        : null;
                OpenKey key = new OpenKey(
                        row,
                        cipher,
                        purpose == Purpose.INDEX ? IndexMac.of(root, row.suite(), scope) : null,
                        purpose == Purpose.BRANCH ? BranchKey.of(root, row) : null,
                        due,
                        since + ttl,
                        since + settings.outageLimit().toNanos());
                if (branch != null && branch.inOutage()) {
                    key.refreshFailed(nanoTime.getAsLong(), times.pause());
                }
                OpenKey before = cache.asMap().put(row.keyId(), key);
                if (before != null) {
                    before.replaced();
                }
                // Where the one before was evicted in between, its ciphers are dropped, and were this one's. Where this
                // one was evicted itself, it serves this call without keeping a cipher.
                if (!again || cipher == null || !cipher.forgotten()) {
                    return key;
                }
            }
        }
    }

    /** The opened branch key that wrapped the root of a row, by the same rules as every key. */
    private OpenKey branch(KeyRow row, KeyId id) {
        OpenKey held = cache.getIfPresent(id);
        KeyRow branch = held != null
                ? held.row
                : seal.verifyOrFollow(registry.find(id).orElseThrow(() -> BranchKey.missing(row, id)));
        BranchKey.requireOver(row, branch);
        return get(id, branch.scope());
    }

    private static OpenKey join(CompletableFuture<OpenKey> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
