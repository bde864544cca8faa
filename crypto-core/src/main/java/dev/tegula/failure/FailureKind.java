package dev.tegula.failure;

/** The kinds of failures, for counting them: few, and none names a field, a key or a value. */
public enum FailureKind {
    /** The input is no envelope, or is not of this field. */
    MALFORMED,
    /** It was changed, or belongs elsewhere. */
    CANNOT_OPEN,
    /** The codec of the field refuses the value. */
    VALUE,
    /** There is no such key, or no ACTIVE one. */
    KEY_UNKNOWN,
    /** KMS or database say no. */
    DENIED,
    /** KMS or database do not answer. */
    UNAVAILABLE,
    /** A row of the registry does not verify. */
    INTEGRITY,
    /** What is configured is wrong. */
    CONFIGURATION,
    /** Anything else. */
    OTHER;

    /** The kind of a failure. */
    public static FailureKind of(Throwable failure) {
        if (failure instanceof MalformedException) {
            return MALFORMED;
        }
        if (failure instanceof CannotOpenException) {
            return CANNOT_OPEN;
        }
        if (failure instanceof ValueException) {
            return VALUE;
        }
        if (failure instanceof KeyUnknownException) {
            return KEY_UNKNOWN;
        }
        if (failure instanceof DeniedException) {
            return DENIED;
        }
        if (failure instanceof UnavailableException) {
            return UNAVAILABLE;
        }
        if (failure instanceof IntegrityException) {
            return INTEGRITY;
        }
        return failure instanceof ConfigurationException ? CONFIGURATION : OTHER;
    }
}
