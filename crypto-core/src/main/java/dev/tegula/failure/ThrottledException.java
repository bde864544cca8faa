package dev.tegula.failure;

import org.jspecify.annotations.Nullable;

/** The KMS refuses more calls for a moment. Who makes many of them slows down and tries again; the code is that of its parent. */
public final class ThrottledException extends UnavailableException {

    private static final long serialVersionUID = 1L;

    /** A failure without a cause. */
    public ThrottledException(String message) {
        super(message);
    }

    /** A failure with the cause, whose message must not carry secrets. */
    public ThrottledException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
