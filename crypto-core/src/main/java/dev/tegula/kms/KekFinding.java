package dev.tegula.kms;

/**
 * One thing looked at about a key-encryption key or the way to it.
 *
 * @param grade how it is
 * @param what what was looked at, in a few words, for example {@code deletion allowed}
 * @param detail what was found
 * @param cure the command or setting that mends it; empty if nothing needs to be
 */
public record KekFinding(Grade grade, String what, String detail, String cure) {

    /** How a thing is. */
    public enum Grade {
        /** As it should be. */
        GOOD,
        /** Works, but somebody should know. */
        NOTE,
        /** Not as it must be: the key must not be used like this. */
        WRONG
    }

    /** Something as it should be. */
    public static KekFinding good(String what, String detail) {
        return new KekFinding(Grade.GOOD, what, detail, "");
    }
}
