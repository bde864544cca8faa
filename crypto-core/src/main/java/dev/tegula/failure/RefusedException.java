package dev.tegula.failure;

/**
 * A guard said no to a step, which was not taken: a key in use, a second ACTIVE key, a waiting period that is not over. What
 * was done before that step stays done, and only who took the steps can say whether there were any.
 */
public non-sealed class RefusedException extends TegulaException {

    private static final long serialVersionUID = 1L;

    /** A refusal with a code of its own, for example {@code key-in-use}, and the whole message. */
    public RefusedException(String code, String message) {
        super(code, message, null);
    }
}
