package dev.tegula.envelope;

/** Globs over field ids: {@code *} matches any run of characters, everything else itself. */
public final class FieldGlob {

    private FieldGlob() {}

    /** Whether the glob matches the whole text. */
    public static boolean matches(String glob, String text) {
        int at = 0;
        int of = 0;
        int star = -1;
        int from = 0;
        while (of < text.length()) {
            if (at < glob.length() && glob.charAt(at) == '*') {
                star = at++;
                from = of;
            } else if (at < glob.length() && glob.charAt(at) == text.charAt(of)) {
                at++;
                of++;
            } else if (star >= 0) {
                // The last asterisk takes one character more.
                at = star + 1;
                of = ++from;
            } else {
                return false;
            }
        }
        while (at < glob.length() && glob.charAt(at) == '*') {
            at++;
        }
        return at == glob.length();
    }
}
