package dev.tegula.cli.command;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A value to be made.
 *
 * @param characters how many
 * @param alphabet which
 */
record GeneratedValue(int characters, String alphabet) {

    private static final String ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final Map<String, String> KINDS =
            Map.of("alnum", ALNUM, "hex", "0123456789abcdef", "base64", ALNUM + "-_");

    /** Each character is drawn evenly and by itself. */
    byte[] bytes() {
        SecureRandom random = new SecureRandom();
        byte[] alphabetBytes = alphabet.getBytes(StandardCharsets.US_ASCII);
        byte[] made = new byte[characters];
        for (int i = 0; i < made.length; i++) {
            made[i] = alphabetBytes[random.nextInt(alphabetBytes.length)];
        }
        return made;
    }

    /** For example {@code 32} or {@code 64:hex}. */
    static final class Converter implements ITypeConverter<GeneratedValue> {

        private static final Pattern FORM = Pattern.compile("(\\d{1,4})(?::(alnum|hex|base64))?");

        @Override
        public GeneratedValue convert(String text) {
            Matcher form = FORM.matcher(text);
            if (form.matches()) {
                int characters = Integer.parseInt(form.group(1));
                if (characters >= 16 && characters <= 4096) {
                    return new GeneratedValue(characters, KINDS.getOrDefault(String.valueOf(form.group(2)), ALNUM));
                }
            }
            throw new TypeConversionException(
                    "expected how many characters, 16 to 4,096, and perhaps of which kind: alnum, hex or"
                            + " base64 (with - and _), for example 32 or 64:hex");
        }
    }
}
