package dev.tegula.failure;

/** A guard said no and nothing was changed: a key in use, a second ACTIVE key, a waiting period that is not over. */
public non-sealed class RefusedException extends TegulaException {

    private static final long serialVersionUID = 1L;

    /** A refusal with a code of its own, for example {@code key-in-use}, and the whole message. */
    public RefusedException(String code, String message) {
        super(code, message, null);
    }
}
