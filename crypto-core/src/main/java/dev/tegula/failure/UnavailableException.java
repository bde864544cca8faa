package dev.tegula.failure;

import org.jspecify.annotations.Nullable;

/** The KMS or the database could not be reached or did not answer in time. The same call may succeed later. */
public non-sealed class UnavailableException extends TegulaException {

    private static final long serialVersionUID = 1L;

    /** A failure without a cause. */
    public UnavailableException(String message) {
        this(message, null);
    }

    /** A failure with the cause, whose message must not carry secrets. */
    public UnavailableException(String message, @Nullable Throwable cause) {
        this("unavailable", message, cause);
    }

    /** A failure with a code of its own, for example {@code commit-unknown}. */
    protected UnavailableException(String code, String message, @Nullable Throwable cause) {
        super(code, message, cause);
    }
}
