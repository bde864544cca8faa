package dev.tegula.keyring;

import dev.tegula.failure.FailureKind;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What was done with the keys since the start. An addition costs a few nanoseconds, and threads do not contend for it. */
public final class KeyringCounts {

    private final LongAdder encrypted = new LongAdder();
    private final LongAdder decrypted = new LongAdder();
    private final LongAdder opened = new LongAdder();
    private final LongAdder refreshesFailed = new LongAdder();
    private final Map<FailureKind, LongAdder> failed = new EnumMap<>(FailureKind.class);

    KeyringCounts() {
        for (FailureKind kind : FailureKind.values()) {
            failed.put(kind, new LongAdder());
        }
    }

    /** A value was encrypted, and with that a call ended. */
    void addEncrypted() {
        encrypted.increment();
    }

    /** A value was decrypted, and with that a call ended. */
    void addDecrypted() {
        decrypted.increment();
    }

    /** A value could be neither. */
    @SuppressWarnings("NullAway") // all kinds are there
    public void addFailure(Throwable failure) {
        failed.get(FailureKind.of(failure)).increment();
    }

    void addOpened() {
        opened.increment();
    }

    void addFailedRefresh() {
        refreshesFailed.increment();
    }

    /** Values encrypted. */
    public long encrypted() {
        return encrypted.sum();
    }

    /** Values decrypted. */
    public long decrypted() {
        return decrypted.sum();
    }

    /** Values that could not be encrypted or decrypted, by reason. */
    @SuppressWarnings("NullAway") // all kinds are there
    public long failed(FailureKind kind) {
        return failed.get(kind).sum();
    }

    /** Keys opened by a KMS: the first time, again, or ahead of time. What else was done used a key in memory. */
    public long opened() {
        return opened.sum();
    }

    /** Attempts to open a key again that failed while the old one served on. */
    public long refreshesFailed() {
        return refreshesFailed.sum();
    }
}
