package dev.tegula.kms.vault;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A token of Vault and what it was given with. It can be wiped; the copies the HTTP client makes for headers cannot. */
final class HeldToken {

    /** Vault's own word for a token without end, such as a root token; also for one whose life nobody tells. */
    static final Duration FOR_EVER = Duration.ZERO;

    private final char[] value;
    private final Instant since;
    private final Duration life;
    private final boolean renewable;
    private final long obtainedNanos;

    private HeldToken(char[] value, Instant since, Duration life, boolean renewable, long obtainedNanos) {
        this.value = value;
        this.since = since;
        this.life = life;
        this.renewable = renewable;
        this.obtainedNanos = obtainedNanos;
    }

    static HeldToken takeOwnership(char[] value, Instant since, Duration life, boolean renewable) {
        return new HeldToken(value, since, life, renewable, System.nanoTime());
    }

    /** The same token with more time. */
    HeldToken renewed(Instant now, Duration more, boolean renewableStill) {
        return new HeldToken(value, now, more, renewableStill, obtainedNanos);
    }

    /** A copy for a header. */
    String reveal() {
        return new String(value);
    }

    /** Whether it is the same token, perhaps before or after a renewal. */
    boolean sameAs(HeldToken other) {
        return value == other.value;
    }

    boolean holds(char[] other) {
        return Arrays.equals(value, other);
    }

    boolean renewable() {
        return renewable;
    }

    Duration life() {
        return life;
    }

    /** When it ends; null if it does not. */
    @Nullable
    Instant ends() {
        return life.isZero() ? null : since.plus(life);
    }

    boolean expired(Instant now) {
        Instant ends = ends();
        return ends != null && !now.isBefore(ends);
    }

    boolean obtainedIn(Deadline call) {
        return obtainedNanos - call.startNanos() >= 0;
    }

    void wipe() {
        Arrays.fill(value, '\0');
    }

    @Override
    public String toString() {
        return "HeldToken[***]";
    }
}
