package dev.tegula.operations.reencrypt;

/** Hears how far a sweep or verification is. Called a few times a second, from one thread at a time, and at the end. */
@FunctionalInterface
public interface ProgressListener {

    /** The latest figures. */
    void progress(Progress progress);

    /** A listener that does nothing. */
    static ProgressListener none() {
        return progress -> {};
    }
}
