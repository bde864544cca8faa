package dev.tegula.failure;

import org.jspecify.annotations.Nullable;

/**
 * Root of every failure Tegula reports. The set of direct subclasses is closed; each stands for one thing a caller can
 * do. {@link #code()} is stable within a major version and is what programs compare; messages are for people.
 */
public abstract sealed class TegulaException extends RuntimeException
        permits MalformedException,
                CannotOpenException,
                ValueException,
                KeyUnknownException,
                DeniedException,
                UnavailableException,
                ConfigurationException,
                IntegrityException,
                RefusedException {

    private static final long serialVersionUID = 1L;

    private final String code;

    TegulaException(String code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** The kind of failure in kebab case, for example {@code cannot-open}. */
    public final String code() {
        return code;
    }
}
