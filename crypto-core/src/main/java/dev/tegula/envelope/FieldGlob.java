package dev.tegula.envelope;

import java.util.regex.Pattern;

/** Globs over field ids: {@code *} matches any run of characters, everything else itself. */
public final class FieldGlob {

    private FieldGlob() {}

    /** Whether the glob matches the whole text. */
    public static boolean matches(String glob, String text) {
        String[] parts = glob.split("\\*", -1);
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < parts.length; i++) {
            regex.append(i == 0 ? "" : ".*").append(Pattern.quote(parts[i]));
        }
        return text.matches(regex.toString());
    }
}
