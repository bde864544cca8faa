package dev.tegula.failure;

import org.jspecify.annotations.Nullable;

/** A registry row does not verify: its seal, its key id or its order of versions is not what Tegula wrote. */
public final class IntegrityException extends TegulaException {

    private static final long serialVersionUID = 1L;

    /** A failure without a cause. */
    public IntegrityException(String message) {
        this(message, null);
    }

    /** A failure with the cause, whose message must not carry secrets. */
    public IntegrityException(String message, @Nullable Throwable cause) {
        super("integrity", message, cause);
    }
}
