package dev.tegula.operations.document;

import java.util.Locale;

/** Numbers as people read them. */
public final class Counts {

    private Counts() {}

    /** A number with its thousands separated, for example {@code 518,752}. */
    public static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** A number and what it counts, for example {@code 1 key} and {@code 1,200 keys}. */
    public static String of(long value, String singular) {
        return number(value) + " " + singular + (value == 1 ? "" : "s");
    }
}
