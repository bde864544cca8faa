package dev.tegula.failure;

import org.jspecify.annotations.Nullable;

/** Configuration, schema, catalogue or mapping is wrong; the message says what was expected and which command cures it. */
public final class ConfigurationException extends TegulaException {

    private static final long serialVersionUID = 1L;

    /** A failure without a cause. */
    public ConfigurationException(String message) {
        this(message, null);
    }

    /** A failure with the cause, whose message must not carry secrets. */
    public ConfigurationException(String message, @Nullable Throwable cause) {
        super("configuration", message, cause);
    }
}
