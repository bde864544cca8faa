package dev.tegula.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.MalformedException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told of bytes that are no envelope that a reader accepts. */
final class EnvelopeHeadTest {

    private static byte[] starting(int first, int mode, int length) {
        byte[] bytes = new byte[length];
        bytes[0] = (byte) first;
        bytes[1] = (byte) mode;
        return bytes;
    }

    private static void refused(byte[] bytes, Kind kind, String why) {
        assertThatThrownBy(() -> EnvelopeHead.check("a.b", bytes))
                .isInstanceOfSatisfying(
                        MalformedException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageStartingWith("a.b: ")
                .hasMessageContaining(why);
    }

    @Test
    void of_anEnvelope_givesSuiteModeAndKeyId() {
        byte[] bytes = starting(1, 1, EnvelopeHead.MIN_BYTES);
        Arrays.fill(bytes, EnvelopeHead.KEY_ID_OFFSET, EnvelopeHead.SALT_OFFSET, (byte) 7);

        EnvelopeHead head = EnvelopeHead.of("a.b", bytes);

        assertThat(head.suite()).isEqualTo(Suite.XAES_256_GCM);
        assertThat(head.mode()).isEqualTo(Mode.ROW);
        assertThat(head.keyId().hex()).isEqualTo("07".repeat(32));
    }

    @Test
    void check_ofTheSmallestEnvelope_givesItsMode() {
        assertThat(EnvelopeHead.MIN_BYTES).isEqualTo(75);
        assertThat(EnvelopeHead.check("a.b", starting(1, 0, 75))).isEqualTo(Mode.FIELD);
        assertThatThrownBy(() -> EnvelopeHead.check("a.b", starting(1, 0, 74))).isInstanceOf(CannotOpenException.class);
        refused(starting(1, 2, 75), Kind.MODE_REFUSED, "it knows 00 and 01");
    }

    @Test
    void check_ofWhatNoStorageTakesForAnEnvelope_namesItsLengthOnly() {
        refused(new byte[0], Kind.NOT_AN_ENVELOPE, "these 0 bytes are not an envelope");
        refused(starting(0, 0, 80), Kind.NOT_AN_ENVELOPE, "these 80 bytes are not");
        refused(starting(0xff, 0, 80), Kind.NOT_AN_ENVELOPE, "these 80 bytes are not");
        refused(starting(0xfe, 0, 80), Kind.UNKNOWN_SUITE, "it knows 01");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {" ", "~", "x", "\\", "\\x", "\\x0", "\\x01", "\\001", "\\x02ff", "\\002ff", "A\\x0100", "\\x0x01"
            })
    void check_ofText_saysThatItLooksLikePlaintext(String text) {
        refused(text.getBytes(StandardCharsets.US_ASCII), Kind.NOT_AN_ENVELOPE, "looks like plaintext");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\x010", "\\x0100ab", "\\0010", "\\001\\000ab"})
    void check_ofACastEnvelope_saysThatTheColumnHasATextType(String text) {
        refused(text.getBytes(StandardCharsets.US_ASCII), Kind.NOT_AN_ENVELOPE, "the text form of an envelope");
    }

    @ParameterizedTest
    @ValueSource(ints = {0x02, 0x1f, 0x7f, 0x80})
    void check_ofAnotherSuite_saysWhatIsKnown(int first) {
        refused(starting(first, 0, 80), Kind.UNKNOWN_SUITE, "it knows 01");
    }

    @Test
    void require_ofAnotherMode_isRefused() {
        EnvelopeHead.require("a.b", Mode.ROW, starting(1, 1, 75));

        assertThatThrownBy(() -> EnvelopeHead.require("a.b", Mode.ROW, starting(1, 0, 75)))
                .isInstanceOfSatisfying(
                        MalformedException.class, e -> assertThat(e.kind()).isEqualTo(Kind.MODE_REFUSED))
                .hasMessage("a.b: the mapping accepts mode ROW, but the stored value has mode FIELD.");
    }
}
