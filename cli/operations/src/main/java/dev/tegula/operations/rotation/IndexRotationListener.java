package dev.tegula.operations.rotation;

import dev.tegula.operations.reencrypt.Progress;
import dev.tegula.operations.reencrypt.ProgressListener;

/** Hears how far the rotation of an index key is; called by its thread. */
public interface IndexRotationListener extends ProgressListener {

    /** A step begins, or is done already. */
    void step(IndexStep step, String detail);

    @Override
    default void progress(Progress progress) {}

    /** One that does nothing. */
    static IndexRotationListener none() {
        return (step, detail) -> {};
    }
}
