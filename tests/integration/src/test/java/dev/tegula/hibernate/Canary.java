package dev.tegula.hibernate;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** The value that is searched for where none may be. */
final class Canary {

    static final String TEXT = "CANARY-SENTINEL-7351";

    /** As it is, in the forms in which bytes are printed, and as a list of numbers. */
    private static final List<String> FORMS = forms();

    private Canary() {}

    private static List<String> forms() {
        byte[] bytes = TEXT.getBytes(StandardCharsets.UTF_8);
        String numbers = Arrays.toString(bytes);
        String base64 = Base64.getEncoder().withoutPadding().encodeToString(bytes);
        return List.of(
                TEXT.toLowerCase(Locale.ROOT),
                HexFormat.of().formatHex(bytes),
                base64.substring(0, base64.length() - 2).toLowerCase(Locale.ROOT),
                numbers.substring(1, numbers.length() - 1));
    }

    static boolean in(String line) {
        String lower = line.toLowerCase(Locale.ROOT);
        return FORMS.stream().anyMatch(lower::contains);
    }
}
