package dev.tegula.keyring;

import dev.tegula.envelope.Scope;
import dev.tegula.failure.UnavailableException;
import dev.tegula.keyring.KeyringHealth.State;
import dev.tegula.registry.InstanceReport;
import dev.tegula.registry.KeyRegistry;
import dev.tegula.registry.RegistrySeal;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the registry that this instance is alive and which epoch it works by. A rotation waits only for instances that were
 * seen within the write limit, so one that cannot be seen for longer must not write. Thread-safe.
 */
final class Heartbeat {

    private static final Logger LOG = LoggerFactory.getLogger(Keyring.class);

    private final KeyRegistry registry;
    private final UUID instance;
    private final String name;
    private final RegistrySeal seal;
    private final long limitNanos;
    private final LongSupplier nanoTime;
    private final AtomicReference<@Nullable CompletableFuture<Void>> reporting = new AtomicReference<>();
    /** Before the last report that got through was sent; at first, when this instance began. */
    private volatile long seenNanos;
    /** The last epoch that every lease followed. */
    private volatile long followedEpoch;
    /** Why the last round of the background work failed. */
    private volatile @Nullable String trouble;

    Heartbeat(
            KeyRegistry registry,
            UUID instance,
            String name,
            RegistrySeal seal,
            KeyringSettings settings,
            LongSupplier nanoTime) {
        this.seal = seal;
        this.registry = registry;
        this.instance = instance;
        this.name = name;
        this.limitNanos = settings.writeLimit().toNanos();
        this.nanoTime = nanoTime;
        this.seenNanos = nanoTime.getAsLong();
    }

    /** Reports that every lease follows this epoch. */
    void follow(long epoch) {
        followedEpoch = epoch;
        report();
    }

    /** Reports that this instance lives, and follows what it followed before. */
    void report() {
        long asked = nanoTime.getAsLong();
        registry.report(new InstanceReport(instance, name, followedEpoch, Instant.EPOCH, seal.trusted()));
        seenNanos = asked;
    }

    /** Reports that it ended in good order. */
    void end() {
        registry.report(new InstanceReport(instance, name, InstanceReport.CLOSED, Instant.EPOCH, seal.trusted()));
    }

    /**
     * Called by every write. An instance that was not seen for as long as the write limit reports itself first, all threads
     * together once.
     *
     * @throws UnavailableException if it cannot
     */
    void requireSeen(Scope scope, long now) {
        if (now - seenNanos < limitNanos) {
            return;
        }
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> running = reporting.compareAndExchange(null, mine);
        if (running == null) {
            try {
                report();
                mine.complete(null);
            } catch (RuntimeException | Error e) {
                mine.completeExceptionally(e);
            } finally {
                reporting.set(null);
            }
        }
        try {
            (running == null ? mine : running).join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause();
            throw new UnavailableException(
                    scope + ": this instance could not report itself for longer than the write limit ("
                            + limitNanos / 1_000_000_000L
                            + " s), so rotations do not wait for it and nothing is written: "
                            + (cause == null ? "" : cause.getMessage()),
                    cause);
        }
    }

    /** A round of the background work did all it should. */
    void good() {
        if (trouble != null) {
            trouble = null;
            LOG.info("The background work of the keyring is well again.");
        }
    }

    /** A round failed in whole or in part; the next one is run all the same. */
    void bad(Throwable failure) {
        trouble = failure.getClass().getSimpleName() + ": " + failure.getMessage();
    }

    KeyringHealth health() {
        Duration since = Duration.ofNanos(nanoTime.getAsLong() - seenNanos);
        String now = trouble;
        State state = since.toNanos() >= limitNanos ? State.NOT_WRITING : now == null ? State.GOOD : State.TROUBLED;
        return new KeyringHealth(state, since, now == null ? "" : now);
    }
}
