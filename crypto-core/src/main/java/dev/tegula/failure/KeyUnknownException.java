package dev.tegula.failure;

/**
 * No usable key: the registry has no such key id, the key was destroyed, or a scope has no ACTIVE key yet. Code
 * {@code key-unknown}; {@code tenant-shredded} where all keys of the tenant were destroyed on purpose.
 */
public final class KeyUnknownException extends TegulaException {

    private static final long serialVersionUID = 1L;
    private static final String SHREDDED = "tenant-shredded";

    /** A failure with the whole message; it names field, key id and the command that helps. */
    public KeyUnknownException(String message) {
        this("key-unknown", message);
    }

    private KeyUnknownException(String code, String message) {
        super(code, message, null);
    }

    /** All keys of the tenant were destroyed on purpose, and it gets no other: nothing brings its values back. */
    public static KeyUnknownException shredded(String message) {
        return new KeyUnknownException(SHREDDED, message);
    }

    /** Whether the keys were destroyed on purpose, with their tenant. */
    public boolean ofShreddedTenant() {
        return code().equals(SHREDDED);
    }
}
