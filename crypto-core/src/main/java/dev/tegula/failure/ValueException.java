package dev.tegula.failure;

/**
 * A value opened, so it is authentic, but its content is not what the mapping expects: another type, or bytes outside
 * that type's encoding. Neither message nor cause quotes the value.
 */
public final class ValueException extends TegulaException {

    private static final long serialVersionUID = 1L;

    private ValueException(String code, String message) {
        super(code, message, null);
    }

    /** The inner layout or the bytes of a value do not follow the format. */
    public static ValueException malformed(String what) {
        return new ValueException("malformed-inner", "An opened value does not follow format 1: " + what + ".");
    }

    /** The stored type cannot be read as the mapped one. */
    public static ValueException typeMismatch(String stored, String mapped) {
        return new ValueException(
                "type-mismatch",
                "The stored value is a " + stored + ", but the mapping reads a " + mapped
                        + ". Map the field to its stored type, or re-encode it with the application.");
    }

    /** A codec failed on a value; only the class of its exception is kept, because messages of parsers quote input. */
    public static ValueException codec(String type, Class<? extends Throwable> failure) {
        return new ValueException(
                "malformed-inner", "The codec of " + type + " failed with " + failure.getSimpleName() + ".");
    }
}
