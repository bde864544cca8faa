package dev.tegula.failure;

import org.jspecify.annotations.Nullable;

/** The KMS or the database answered no: rights, a disabled key, a revoked login. Cached keys are not served after it. */
public final class DeniedException extends TegulaException {

    private static final long serialVersionUID = 1L;

    /** A failure without a cause. */
    public DeniedException(String message) {
        this(message, null);
    }

    /** A failure with the cause, whose message must not carry secrets. */
    public DeniedException(String message, @Nullable Throwable cause) {
        super("denied", message, cause);
    }
}
