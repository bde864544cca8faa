package dev.tegula.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class StoredTextTest {

    private static final String VALUE = "Zoë-123-45";
    private static final byte[] UTF_8 = VALUE.getBytes(StandardCharsets.UTF_8);

    private final StoredText text = new StoredText(VALUE);

    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] inside(int before) {
        return ("x".repeat(before) + VALUE + "yyy").getBytes(StandardCharsets.UTF_8);
    }

    @TestFactory
    Stream<DynamicTest> formIn_aCellThatHoldsIt_namesTheForm() {
        return Stream.concat(
                Stream.of(
                        found("text", latin(inside(3))),
                        found("UTF-16 text", latin(VALUE.getBytes(StandardCharsets.UTF_16BE))),
                        found("little-endian UTF-16 text", latin(VALUE.getBytes(StandardCharsets.UTF_16LE))),
                        found("hexadecimal", "\\x" + HexFormat.of().formatHex(inside(1))),
                        found("hexadecimal", HexFormat.of().withUpperCase().formatHex(inside(1))),
                        found("base64 0", Base64.getEncoder().encodeToString(UTF_8)),
                        found("base64 0", Base64.getEncoder().withoutPadding().encodeToString(UTF_8))),
                Stream.of(0, 1, 2, 3, 4, 5)
                        .map(n -> found("base64 " + n % 3, Base64.getEncoder().encodeToString(inside(n)))));
    }

    private DynamicTest found(String form, String cell) {
        return DynamicTest.dynamicTest(
                form + " in " + cell.length() + " characters",
                () -> assertEquals(Optional.of(form), text.formIn(cell)));
    }

    @Test
    void formIn_base64OfUrls_isFound() {
        StoredText odd = new StoredText("??>>??>>");
        byte[] bytes = "a??>>??>>".getBytes(StandardCharsets.UTF_8);

        assertEquals(
                Optional.of("base64url 1"), odd.formIn(Base64.getUrlEncoder().encodeToString(bytes)));
    }

    @Test
    void formIn_otherText_isEmpty() {
        assertEquals(Optional.empty(), text.formIn("Zoe-123-45 \u0001\u0000 5a6f65"));
    }

    @Test
    void constructor_shortText_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> new StoredText("123"));
    }
}
