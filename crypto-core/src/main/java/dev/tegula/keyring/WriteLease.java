package dev.tegula.keyring;

import dev.tegula.envelope.Scope;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.registry.KeyRow;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to write one scope under its ACTIVE key, read from the registry not longer than a lease ago. Its age counts
 * from before the query was sent, so an answer that was held up is old when it comes. The lease only limits how long a
 * superseded key is written under; that none is written under a retired key is the fence in the table.
 */
final class WriteLease {

    private static final Logger LOG = LoggerFactory.getLogger(Keyring.class);

    private static final String ANSWERED_TOO_LATE = "the registry took longer than the limit of the write lease (%s) to"
            + " answer, twice; nothing was written. Try again.";
    private static final String OPENED_TOO_LATE = "opening its key took longer than a key may serve without the KMS"
            + " (outage-limit, %s), twice; nothing was written. A longer outage-limit is needed, or a faster KMS.";

    private final Scope scope;
    private final Function<Scope, KeyRow> activeRow;
    private final OpenKeys keys;
    private final long leaseNanos;
    private final long limitNanos;
    private final long outageNanos;
    private final LongSupplier nanoTime;
    private final Heartbeat heartbeat;
    private final AtomicReference<@Nullable Held> held = new AtomicReference<>();
    private final AtomicLong usedNanos;
    private final AtomicReference<@Nullable CompletableFuture<OpenKey>> renewing = new AtomicReference<>();

    /**
     * What was read last.
     *
     * @param askedNanos before the query was sent: its age counts from then
     * @param seenNanos when the answer was taken: reads that were asked before cannot tell of something newer
     * @param key null once it may no longer be written under
     */
    private record Held(KeyRow row, @Nullable OpenKey key, long askedNanos, long seenNanos) {

        /** The key, if it was read not longer ago than that and still serves. */
        @Nullable
        OpenKey serving(long now, long atMostNanos) {
            return key != null && now - askedNanos < atMostNanos && !key.expired(now) ? key : null;
        }
    }

    /**
     * A lease that reads on first use.
     *
     * @param activeRow reads and verifies the scope's ACTIVE row; throws if there is none
     */
    WriteLease(
            Scope scope,
            Function<Scope, KeyRow> activeRow,
            OpenKeys keys,
            KeyringSettings settings,
            LongSupplier nanoTime,
            Heartbeat heartbeat) {
        this.heartbeat = heartbeat;
        this.scope = scope;
        this.activeRow = activeRow;
        this.keys = keys;
        this.leaseNanos = settings.writeLease().toNanos();
        this.limitNanos = settings.writeLimit().toNanos();
        this.outageNanos = settings.outageLimit().toNanos();
        this.nanoTime = nanoTime;
        this.usedNanos = new AtomicLong(nanoTime.getAsLong());
    }

    OpenKey key(long now) {
        Held last = held.get();
        usedNanos.setOpaque(now);
        heartbeat.requireSeen(scope, now);
        OpenKey key = last == null ? null : last.serving(now, leaseNanos);
        return key == null ? renew() : key;
    }

    /** How long ago its key was read, in nanoseconds; empty if it holds none. */
    OptionalLong ageNanos() {
        Held last = held.get();
        return last == null || last.key == null
                ? OptionalLong.empty()
                : OptionalLong.of(nanoTime.getAsLong() - last.askedNanos);
    }

    /** When the key that is written under was made; empty if it holds none. */
    Optional<Instant> made() {
        Held last = held.get();
        return last == null || last.key == null
                ? Optional.empty()
                : Optional.of(last.row.times().created());
    }

    /** Whether it never saw a key. */
    boolean isEmpty() {
        return held.get() == null;
    }

    /** Lets go of a key that nobody wrote under for a while, so that idle scopes cost nothing; true if it did. */
    boolean dropIfIdle() {
        boolean idle = nanoTime.getAsLong() - usedNanos.getOpaque() >= limitNanos;
        if (idle) {
            drop();
        }
        return idle;
    }

    /** Takes a row that was read for many scopes at once; the read began at {@code askedNanos}. */
    void offer(KeyRow row, long askedNanos) {
        offer(row, askedNanos, keys::of);
    }

    /** The same of a key that nobody asked for yet. */
    void offerAhead(KeyRow row, long askedNanos) {
        offer(row, askedNanos, verified -> keys.ahead(verified, askedNanos));
    }

    private void offer(KeyRow row, long askedNanos, Function<KeyRow, OpenKey> opens) {
        Held before;
        Held next;
        do {
            // Again when the background was faster: what it asked for earlier must not stay in place of this.
            before = held.get();
            next = next(before, row, askedNanos, opens);
        } while (!held.compareAndSet(before, next));
        if (next.row.equals(row) && (before == null || !before.row.keyId().equals(row.keyId()))) {
            LOG.info("{}: writing under {} since epoch {}", scope, row.label(), row.rev());
        }
    }

    /** The next write reads the registry. What was seen stays, so that nothing older is accepted. */
    void drop() {
        long now = nanoTime.getAsLong();
        held.updateAndGet(h -> h == null ? null : new Held(h.row, null, now, now));
    }

    private OpenKey renew() {
        CompletableFuture<OpenKey> mine = new CompletableFuture<>();
        CompletableFuture<OpenKey> running = renewing.compareAndExchange(null, mine);
        if (running != null) {
            return join(running);
        }
        try {
            mine.complete(read());
        } catch (RuntimeException | Error e) {
            mine.completeExceptionally(e);
        } finally {
            renewing.set(null);
        }
        return join(mine);
    }

    private OpenKey read() {
        Held before = held.get();
        int late = 0;
        while (true) {
            long asked = nanoTime.getAsLong();
            // Not idle, however long the first answer took.
            usedNanos.setOpaque(asked);
            try {
                offer(activeRow.apply(scope), asked);
            } catch (UnavailableException e) {
                long now = nanoTime.getAsLong();
                OpenKey last = before == null ? null : before.serving(now, limitNanos);
                if (before == null || last == null) {
                    throw e;
                }
                LOG.warn(
                        "{}: the write lease could not be renewed; writing on under {} for at most {} s: {}",
                        scope,
                        before.row.label(),
                        (limitNanos - (now - before.askedNanos)) / 1_000_000_000L,
                        e.getMessage());
                return last;
            }
            Held after = held.get();
            long now = nanoTime.getAsLong();
            OpenKey fresh = after == null ? null : after.serving(now, limitNanos);
            if (fresh != null) {
                return fresh;
            }
            // By writers that a fence refused, each of whom then waits for this read.
            boolean dropped = after != null && after.key == null && now - asked < limitNanos;
            if (!dropped && late++ > 0) {
                throw new UnavailableException(scope + ": "
                        + (tooOld(after) ? OPENED_TOO_LATE : ANSWERED_TOO_LATE)
                                .formatted(shown(tooOld(after) ? outageNanos : limitNanos)));
            }
        }
    }

    /** Whether the key was past its own limit when it had been opened. */
    private boolean tooOld(@Nullable Held held) {
        return held != null && held.key != null && nanoTime.getAsLong() - held.key.hardLimitNanos >= 0;
    }

    private static String shown(long nanos) {
        return nanos % 1_000_000_000L == 0 ? nanos / 1_000_000_000L + " s" : nanos / 1_000_000L + " ms";
    }

    private Held next(@Nullable Held before, KeyRow row, long askedNanos, Function<KeyRow, OpenKey> opens) {
        if (before != null) {
            if (row.version() < before.row.version() || row.rev() < before.row.rev()) {
                if (askedNanos - before.seenNanos < 0) {
                    return before;
                }
                throw new IntegrityException(scope + ": the registry offers " + row.label() + " at rev " + row.rev()
                        + " for writing, but this process has seen " + before.row.label() + " at rev "
                        + before.row.rev() + ". The registry was rolled back or restored; nothing is written until it"
                        + " is brought forward (`tegula keys import FILE`).");
            }
            if (askedNanos - before.askedNanos < 0) {
                return before;
            }
        }
        // Asked for again even when the key is the same: a key that the KMS denies since then is no longer served.
        return new Held(row, opens.apply(row), askedNanos, nanoTime.getAsLong());
    }

    private static OpenKey join(CompletableFuture<OpenKey> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
