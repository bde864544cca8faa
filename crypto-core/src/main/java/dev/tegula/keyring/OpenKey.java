package dev.tegula.keyring;

import static java.util.Objects.requireNonNull;

import dev.tegula.cipher.EnvelopeCipher;
import dev.tegula.cipher.IndexMac;
import dev.tegula.registry.BranchKey;
import dev.tegula.registry.KeyRow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A data key, index key or branch key that was opened, and until when it may serve. Ages count from before the registry and the KMS were asked.
 * Freshness is one comparison with {@link #refreshAtNanos}; a failed refresh moves that on to its next attempt, but never
 * past the hard limit.
 */
final class OpenKey {

    final KeyRow row;
    private final @Nullable EnvelopeCipher cipher;
    private final @Nullable IndexMac index;
    private final @Nullable BranchKey branch;
    final long hardLimitNanos;
    private final long trustedUntilNanos;
    private volatile long refreshAtNanos;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile boolean inOutage;
    private volatile boolean replaced;
    private final AtomicBoolean refreshing = new AtomicBoolean();

    /** One that encrypts. */
    OpenKey(KeyRow row, EnvelopeCipher cipher, long refreshAtNanos, long trustedUntilNanos, long hardLimitNanos) {
        this(row, cipher, null, null, refreshAtNanos, trustedUntilNanos, hardLimitNanos);
    }

    /** One that encrypts, or one that computes blind indexes, or one that wraps others. */
    OpenKey(
            KeyRow row,
            @Nullable EnvelopeCipher cipher,
            @Nullable IndexMac index,
            @Nullable BranchKey branch,
            long refreshAtNanos,
            long trustedUntilNanos,
            long hardLimitNanos) {
        this.row = row;
        this.cipher = cipher;
        this.index = index;
        this.branch = branch;
        this.refreshAtNanos = refreshAtNanos;
        this.trustedUntilNanos = trustedUntilNanos;
        this.hardLimitNanos = hardLimitNanos;
    }

    /** The cipher of a key of purpose DATA. */
    EnvelopeCipher cipher() {
        return requireNonNull(cipher, "a key that computes blind indexes encrypts nothing");
    }

    /** The blind indexes of a key of purpose INDEX. */
    IndexMac index() {
        return requireNonNull(index, "a key that encrypts computes no blind index");
    }

    /** What a key of purpose BRANCH wraps others with. */
    BranchKey branch() {
        return requireNonNull(branch, "only a branch key wraps others");
    }

    /** Until when it is trusted. */
    long trustedUntilNanos() {
        return trustedUntilNanos;
    }

    /** Whether it serves without a second thought. */
    boolean fresh(long now) {
        return now - refreshAtNanos < 0 && !replaced && !ended.get();
    }

    boolean expired(long now) {
        return ended.get() || now - hardLimitNanos >= 0;
    }

    /**
     * Whether its time is over and the KMS was not asked since: an idle key, whose denial nobody has heard yet. While the
     * KMS does not answer, the next attempts are made in the background.
     */
    boolean overdue(long now) {
        return now - trustedUntilNanos >= 0 && !inOutage;
    }

    /** Whether it could not be opened again and serves on. */
    boolean inOutage() {
        return inOutage;
    }

    /** True for exactly one caller when a refresh is due and none is under way; that caller ends it. */
    boolean takeRefresh(long now) {
        return now - refreshAtNanos >= 0 && refreshing.compareAndSet(false, true);
    }

    /** The refresh got no answer; the next one is due after the pause. */
    void refreshFailed(long now, long pauseNanos) {
        inOutage = true;
        long next = now + pauseNanos;
        refreshAtNanos = next - hardLimitNanos < 0 ? next : hardLimitNanos;
        refreshing.set(false);
    }

    /** It was opened again: who looks for it finds the new one, and a write lease keeps it to its end. */
    void replaced() {
        replaced = true;
    }

    /** It is not served any more: denied or evicted. True the first time. */
    boolean end() {
        return ended.compareAndSet(false, true);
    }
}
