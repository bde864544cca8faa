package dev.tegula.cli.output;

/** The command was not called in a way it can work: an argument is missing, or nobody could answer its question. */
public final class UsageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** A failure whose message says what was expected and how to call the command. */
    public UsageException(String message) {
        super(message);
    }
}
