package dev.tegula.kms.vault;

import dev.tegula.failure.ConfigurationException;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What transit makes of a root: {@code vault:v}, the version of the key, a colon, and 80 characters of base64 (12 bytes
 * nonce, 32 bytes, 16 bytes tag). Read strictly, because Vault itself skips line breaks in base64 and takes version 0 for
 * 1, so that changed bytes would open. OpenBao writes the same prefix.
 *
 * @param text the whole of it
 * @param version of the key, from 1
 */
record Ciphertext(String text, int version) {

    private static final Pattern FORM = Pattern.compile("vault:v([1-9][0-9]{0,8}):[A-Za-z0-9+/]{80}");

    static Optional<Ciphertext> parse(byte[] bytes) {
        return parse(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    private static Optional<Ciphertext> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(new Ciphertext(text, Integer.parseInt(matcher.group(1))))
                : Optional.empty();
    }

    /**
     * From the answer to wrapping or rewrapping, where Vault names the version twice.
     *
     * @param atLeast the lowest version that can come
     * @throws ConfigurationException if it is not of this form, or the versions do not agree
     */
    static Ciphertext of(Answer answer, Request request, int atLeast) {
        Ciphertext ciphertext = parse(answer.require("data", "ciphertext", request))
                .orElseThrow(() -> new ConfigurationException("Vault's answer to " + request.path()
                        + " is not `vault:vN:` and 60 bytes in base64. Is it a transit mount of Vault or OpenBao, and the"
                        + " key an aes256-gcm96 one? The answer was thrown away."));
        JsonObject data = answer.object("data");
        JsonValue named = data.get("key_version");
        boolean agrees = named == null || (named.isNumber() && named.toString().equals("" + ciphertext.version));
        if (!agrees || ciphertext.version < atLeast) {
            throw new ConfigurationException("Vault's answer to " + request.path() + " is of version "
                    + ciphertext.version + ", but "
                    + (agrees ? atLeast + " is the lowest" : named + " is named beside it")
                    + ". Something between changes answers; this one was thrown away.");
        }
        return ciphertext;
    }

    byte[] bytes() {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Without the text: wrapped keys are not for logs. */
    @Override
    public String toString() {
        return "Ciphertext[version " + version + "]";
    }
}
