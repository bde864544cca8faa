package dev.tegula.failure;

/** No usable key: the registry has no such key id, the key was destroyed, or a scope has no ACTIVE key yet. */
public final class KeyUnknownException extends TegulaException {

    private static final long serialVersionUID = 1L;

    /** A failure with the whole message; it names field, key id and the command that helps. */
    public KeyUnknownException(String message) {
        super("key-unknown", message, null);
    }
}
