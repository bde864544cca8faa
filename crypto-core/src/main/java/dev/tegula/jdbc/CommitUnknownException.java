package dev.tegula.jdbc;

import dev.tegula.failure.UnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * The answer to COMMIT got lost: the change is either complete or absent. Only a statement that has to wait for the old
 * transaction's locks can tell (an UPDATE that compares, or the same INSERT again); a SELECT cannot, because it may run
 * while the old backend is still committing. Code {@code commit-unknown}.
 */
public final class CommitUnknownException extends UnavailableException {

    private static final long serialVersionUID = 1L;

    CommitUnknownException(@Nullable Throwable cause) {
        this("Run the same command again: it looks first.", cause);
    }

    private CommitUnknownException(String cure, @Nullable Throwable cause) {
        super(
                "commit-unknown",
                "The database did not say whether the last change was committed. It is either complete or absent, never half. "
                        + cure,
                cause);
    }

    /** The same of a change that is not found by making it again, with how to look for it. */
    public CommitUnknownException withCure(String cure) {
        return new CommitUnknownException(cure, getCause());
    }

    /** Of a transaction of an application, which alone knows how to look. */
    static CommitUnknownException ofApplication(@Nullable Throwable cause) {
        return new CommitUnknownException("Look for what it would have written before it is run again.", cause);
    }
}
