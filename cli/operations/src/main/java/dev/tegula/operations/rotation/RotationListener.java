package dev.tegula.operations.rotation;

import dev.tegula.operations.reencrypt.Progress;
import dev.tegula.operations.reencrypt.ProgressListener;

/** Hears what a rotation does. Called from one thread at a time. */
public interface RotationListener extends ProgressListener {

    /**
     * A step began, has news, or ended.
     *
     * @param detail one line for people, without values
     */
    void step(Step step, State state, String detail);

    /** How far a census is, in rows; of large tables only. */
    default void census(Progress progress) {
        progress(progress);
    }

    /** Where a step is. */
    enum State {
        /** It began. */
        STARTED,
        /** It goes on; the detail is news. */
        NEWS,
        /** It ended. */
        DONE,
        /** There was nothing to do. */
        SKIPPED
    }

    /** A listener that does nothing. */
    static RotationListener quiet() {
        return new RotationListener() {
            @Override
            public void step(Step step, State state, String detail) {}

            @Override
            public void progress(Progress progress) {}
        };
    }
}
