package dev.tegula.hibernate;

/**
 * A query uses an encrypted attribute in a way that cannot work on ciphertext. Thrown when the query is built or run, on
 * empty tables too. The message names the attribute, the clause, and what is allowed.
 */
public final class EncryptedQueryException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /** A refusal with its whole message. */
    public EncryptedQueryException(String message) {
        super(message);
    }
}
