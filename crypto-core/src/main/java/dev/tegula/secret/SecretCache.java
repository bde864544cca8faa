package dev.tegula.secret;

import dev.tegula.failure.TegulaException;
import dev.tegula.failure.UnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Current values for an application that reads them often. A value is given without asking anybody until it is older than the
 * most that was allowed; before that one caller looks at its row, and the others go on with the value that is there. Where
 * database or KMS are unavailable it serves on, up to the outage limit; a denial, a deletion, or a row that does not verify cuts at
 * once. A value that is older than the outage limit, because nobody asked for it, is wiped within a minute. Closing this, or the
 * engine, wipes all. Thread-safe.
 */
public final class SecretCache implements AutoCloseable {

    /** Values that are kept; further ones are read each time. */
    public static final int MOST = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(SecretCache.class);

    /** In parts of a hundred of the age: from then on one caller looks. */
    private static final int AHEAD = 80;
    /** So often within that age an outage is asked whether it is over. */
    private static final int TRIES = 10;

    private static final Duration BRIEFEST_WIPE = Duration.ofSeconds(1);
    private static final Duration LONGEST_WIPE = Duration.ofMinutes(1);

    private final SecretStore secrets;
    private final long maxAge;
    private final long outageLimit;
    private final LongSupplier nanoTime;
    private final ConcurrentMap<SecretName, Entry> entries = new ConcurrentHashMap<>();
    private volatile boolean closed;

    SecretCache(SecretStore secrets, Duration maxAge, Duration outageLimit, LongSupplier nanoTime) {
        if (maxAge.isNegative() || maxAge.isZero() || outageLimit.compareTo(maxAge) < 0) {
            throw new IllegalArgumentException(
                    "A value may be older than nothing, and in an outage at least as old: not " + maxAge + " and "
                            + outageLimit + ".");
        }
        this.secrets = secrets;
        this.maxAge = maxAge.toNanos();
        this.outageLimit = outageLimit.toNanos();
        this.nanoTime = nanoTime;
        wipeLater();
    }

    private void wipeLater() {
        long pause = Math.max(BRIEFEST_WIPE.toNanos(), Math.min(outageLimit, LONGEST_WIPE.toNanos()));
        CompletableFuture.delayedExecutor(pause, TimeUnit.NANOSECONDS).execute(() -> {
            if (!closed) {
                wipeIdle();
                wipeLater();
            }
        });
    }

    /** Wipes what could not be given any more, whatever happens. */
    void wipeIdle() {
        List.copyOf(entries.values()).forEach(Entry::dropIdle);
    }

    /** How many values are in memory. */
    int kept() {
        return entries.size();
    }

    /**
     * The current value, copied; the caller closes it.
     *
     * @throws IllegalStateException if this is closed, or its engine
     * @throws TegulaException as {@link SecretStore#get(SecretName)}
     */
    public SecretValue get(SecretName name) {
        if (closed) {
            throw refusal();
        }
        Entry entry = entries.get(name);
        if (entry == null) {
            if (entries.size() >= MOST) {
                return secrets.get(name);
            }
            entry = entries.computeIfAbsent(name, Entry::new);
        }
        return entry.get();
    }

    private static IllegalStateException refusal() {
        return new IllegalStateException(
                "This cache of secrets is closed and serves no value. Make another one by SecretStore.cache.");
    }

    /** One secret. */
    private final class Entry {
        private final SecretName name;
        /** Held by who looks at the row. */
        private final ReentrantLock looking = new ReentrantLock();
        /** Guarded by the monitor of this entry, as its wiping is. */
        private @Nullable SecretValue value;

        private long rev;
        private long confirmed;
        private long nextLook;

        Entry(SecretName name) {
            this.name = name;
        }

        SecretValue get() {
            SecretValue held = held(false);
            if (held != null) {
                return held;
            }
            // Old, but not too old: one looks, and the others do not wait.
            SecretValue usable = held(true);
            if (usable != null && !looking.tryLock()) {
                return usable;
            }
            if (usable == null) {
                looking.lock();
            } else {
                usable.close();
            }
            try {
                SecretValue made = held(false);
                return made == null ? looked() : made;
            } finally {
                looking.unlock();
            }
        }

        /** A copy of the value, if it need not be looked at yet; or, if asked so, if it is not too old. */
        private synchronized @Nullable SecretValue held(boolean old) {
            long now = nanoTime.getAsLong();
            boolean good = value != null && (now - nextLook < 0 || (old && now - confirmed < maxAge));
            return good ? copy() : null;
        }

        private SecretValue copy() {
            SecretValue held = value;
            if (held == null) {
                throw refusal();
            }
            return SecretValue.takeOwnership(name, held.version(), held.expires(), held.bytes());
        }

        private SecretValue looked() {
            try {
                SecretMoment moment = secrets.moment(List.of(name), List.of());
                Secret secret = moment.live(name);
                SecretValue confirmed = confirmed(secret);
                return confirmed == null ? taken(moment.open(name), secret) : confirmed;
            } catch (UnavailableException e) {
                return usable(e);
            } catch (TegulaException e) {
                drop();
                throw e;
            }
        }

        private synchronized @Nullable SecretValue confirmed(Secret secret) {
            if (value == null || rev != secret.rev()) {
                return null;
            }
            confirmedNow();
            return copy();
        }

        /** Keeps what was opened, unless nobody would wipe it: all was closed meanwhile, or another entry has its place. */
        private synchronized SecretValue taken(SecretValue opened, Secret secret) {
            if (closed) {
                opened.close();
                drop();
                throw refusal();
            }
            Entry placed = entries.putIfAbsent(name, this);
            if (placed != null && placed != this) {
                return opened;
            }
            if (value != null) {
                value.close();
            }
            value = opened;
            rev = secret.rev();
            confirmedNow();
            return copy();
        }

        private void confirmedNow() {
            confirmed = nanoTime.getAsLong();
            nextLook = confirmed + maxAge / 100 * AHEAD;
        }

        private synchronized SecretValue usable(UnavailableException failure) {
            long now = nanoTime.getAsLong();
            if (value == null || now - confirmed >= outageLimit) {
                drop();
                throw failure;
            }
            nextLook = now + Math.max(1, maxAge / TRIES);
            LOG.warn(
                    "{} is served from memory, last confirmed {} s ago: {}",
                    name,
                    (now - confirmed) / 1_000_000_000,
                    failure.getMessage());
            return copy();
        }

        private synchronized void dropIdle() {
            if (value == null || nanoTime.getAsLong() - confirmed >= outageLimit) {
                drop();
            }
        }

        private synchronized void drop() {
            entries.remove(name, this);
            if (value != null) {
                value.close();
                value = null;
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        secrets.forget(this);
        List.copyOf(entries.values()).forEach(Entry::drop);
    }
}
