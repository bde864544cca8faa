package dev.tegula.cli.report;

import java.util.regex.Pattern;

/**
 * Something that somebody has to look at.
 *
 * @param level how much it matters
 * @param text what it is
 * @param cure the command that shows or mends it, or empty
 */
public record Attention(Level level, String text, String cure) {

    private static final Pattern COMMAND =
            Pattern.compile("(tegula|GRANT|REVOKE|ALTER|CREATE|DROP|UPDATE|DELETE|INSERT|SET|ROLLBACK) .*");

    /** Whether a cure is a command or a statement; else it is a sentence. */
    static boolean isCommand(String cure) {
        return COMMAND.matcher(cure).matches();
    }

    /** How much something matters. */
    public enum Level {
        /** Something is not as it should be: values are in clear, a row does not verify, a check failed. */
        WRONG,
        /** Something is overdue: a key, a secret. */
        DUE,
        /** It works, but somebody should know. */
        NOTE
    }
}
