package dev.tegula.failure;

/**
 * A stored value does not open. One message for every reason (a changed byte, a truncation, a value of another field,
 * tenant or row, a key that does not fit), because telling them apart would help anyone who forges values.
 */
public final class CannotOpenException extends TegulaException {

    private static final long serialVersionUID = 1L;

    private final String field;

    /** A failure for a value read as the given field. */
    public CannotOpenException(String field) {
        this(field, field);
    }

    private CannotOpenException(String place, String field) {
        super(
                "cannot-open",
                place
                        + ": the stored value does not open. It was changed or cut, or it belongs to another field, tenant"
                        + " or row. Nothing was returned; find such rows with `tegula verify " + field + "`.",
                null);
        this.field = field;
    }

    /** The same failure with the place where the value is kept, which says nothing of why it does not open. */
    public CannotOpenException in(String place) {
        CannotOpenException named = new CannotOpenException(place, field);
        named.setStackTrace(getStackTrace());
        return named;
    }
}
