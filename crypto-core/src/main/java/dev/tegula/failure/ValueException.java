package dev.tegula.failure;

/**
 * A value opened, so it is authentic, but its content is not what the mapping expects: another type, or bytes outside
 * that type's encoding. Or a value is not written, because it could not be read again. Neither message nor cause quotes the value.
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

    /** A codec failed to read; only the class of its exception is kept, because messages of parsers quote input. */
    public static ValueException reading(String type, Class<? extends Throwable> failure) {
        return new ValueException(
                "malformed-inner",
                "The codec of " + type + " failed with " + failure.getSimpleName()
                        + " on a value that was stored. If the class changed since (a constant or property was renamed, a"
                        + " constructor checks more), let it read the old form too.");
    }

    /** A codec failed to write; only the class of its exception is kept, because it may quote the value. */
    public static ValueException writing(String type, Class<? extends Throwable> failure) {
        return new ValueException(
                "malformed-inner",
                "The codec of " + type + " failed with " + failure.getSimpleName() + " to write a value. Nothing was"
                        + " stored.");
    }

    /** A value could not be written. */
    public static ValueException unwritable(String type, String why) {
        return new ValueException(
                "malformed-inner", "A " + type + " could not be written: " + why + ". Nothing was stored.");
    }

    /** A value could be written, but not be read again. */
    public static ValueException unreadable(String type, String why) {
        return new ValueException(
                "malformed-inner",
                "A " + type + " could be written, but not be read back: " + why + ". Nothing was stored.");
    }

    /** The same failure with the field that it concerns. */
    public ValueException in(String field) {
        ValueException named = new ValueException(code(), field + ": " + getMessage());
        named.setStackTrace(getStackTrace());
        return named;
    }
}
