package dev.tegula.registry;

import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.RefusedException;

/** The refusals that every registry shares, so that code and message do not depend on where rows are kept. */
public final class RegistryConflicts {

    private static final String CODE = "conflict";

    private RegistryConflicts() {}

    /** A row with that key id, version or rev exists, or the scope has an ACTIVE key already. */
    public static RefusedException exists(KeyRow row) {
        return new RefusedException(
                CODE,
                row.name() + " (" + row.state()
                        + ") cannot be stored: its key id, version or rev exists already, or another key" + " of "
                        + row.scope() + " is ACTIVE; look at `tegula keys list`.");
    }

    /** The row is gone or has another rev than the one it was changed from. */
    public static RefusedException changed(KeyRow row) {
        return new RefusedException(
                CODE,
                row.name() + " was changed or removed meanwhile; look at"
                        + " `tegula keys list` and run the command again.");
    }

    /**
     * The rev after the highest.
     *
     * @throws IntegrityException if there is none: no counter of Tegula's gets that far, somebody wrote it
     */
    public static long next(long highest) {
        if (highest < 0 || highest == Long.MAX_VALUE) {
            throw new IntegrityException("The registry's highest rev is " + highest
                    + ", which Tegula never wrote. Find the row with `tegula keys list`.");
        }
        return highest + 1;
    }
}
