package dev.tegula.blindindex;

import static java.text.Normalizer.Form.NFC;
import static java.text.Normalizer.Form.NFD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.HexFormat;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The digests were made on JDK 17 and hold on every later one: what the normalisers rest on does not change. */
class Unicode13Test {

    @Test
    void set_onJdk17_isWhatThatJdkHasAssigned() {
        assumeTrue(Runtime.version().feature() == 17, "only JDK 17 has Unicode 13.0");

        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            int type = Character.getType(c);
            assertThat(Unicode13.contains(c))
                    .as("U+%04X", c)
                    .isEqualTo(type != Character.UNASSIGNED && type != Character.SURROGATE);
        }
    }

    @Test
    void set_onEveryJdk_isAssigned() {
        assertThat(codePoints().count()).isEqualTo(281_392);
        assertThat(codePoints().filter(c -> Character.getType(c) == Character.UNASSIGNED))
                .isEmpty();
    }

    @Test
    void lowerCase_ofTheSet_isThatOfJdk17() {
        assertThat(digest(c -> Character.toLowerCase(c) + ","))
                .isEqualTo("5df71f390e30ba99a88c7a652c8b66b70cd4e5f3a59f17aae6994183ba1463d5");
    }

    @Test
    void forms_ofTheSet_areThoseOfJdk17() {
        assertThat(digest(c -> Normalizer.normalize(Character.toString(c), NFC) + ","
                        + Normalizer.normalize(Character.toString(c), NFD)))
                .isEqualTo("5fc8bfa54191010f890d7b7bd3cec5f50cb769e51da5341c511f0a7019e1582c");
    }

    @Test
    void digits_ofTheSet_areThoseOfJdk17() {
        assertThat(digest(c -> Character.digit(c, 10) + "" + (Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER)))
                .isEqualTo("81fc9e55b5393a263cef52c529ffba2d885c9679f2c5d95c38a7b046fc7bffeb");
    }

    private static IntStream codePoints() {
        return IntStream.rangeClosed(0, Character.MAX_CODE_POINT).filter(Unicode13::contains);
    }

    private static String digest(IntFunction<String> of) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            codePoints().forEach(c -> digest.update(of.apply(c).getBytes(StandardCharsets.UTF_8)));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
