package dev.tegula.envelope;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.MalformedException;
import java.util.Arrays;

/**
 * The first 34 bytes of an envelope, which need no key to read: suite, mode and key id. Layout of the whole: suite 1,
 * mode 1, key id 32, nonce 24 (12 salt, 12 IV), inner ciphertext n, tag 16.
 *
 * @param suite the suite
 * @param mode what the value is bound to
 * @param keyId under which key it is
 */
public record EnvelopeHead(Suite suite, Mode mode, KeyId keyId) {

    /** The printable characters of ASCII can never be suites. */
    private static final byte FIRST_PRINTABLE = 0x20;

    private static final byte LAST_PRINTABLE = 0x7e;

    /** Offset of the mode byte. */
    public static final int MODE_OFFSET = 1;
    /** Offset of the key id. */
    public static final int KEY_ID_OFFSET = 2;
    /** Offset of the 12-byte salt. */
    public static final int SALT_OFFSET = 34;
    /** Offset of the 12-byte IV. */
    public static final int IV_OFFSET = 46;
    /** Offset of the inner ciphertext; everything before is the head that a compare-and-set compares. */
    public static final int INNER_OFFSET = 58;
    /** Size of the tag. */
    public static final int TAG_BYTES = 16;
    /** The smallest envelope: an inner of one byte. */
    public static final int MIN_BYTES = INNER_OFFSET + 1 + TAG_BYTES;

    /**
     * Reads the head in the order the format demands.
     *
     * @param field whose value is read, for the message
     * @throws MalformedException NOT_AN_ENVELOPE, UNKNOWN_SUITE or MODE_REFUSED (a mode no release knows)
     * @throws CannotOpenException if it is shorter than the smallest envelope
     */
    public static EnvelopeHead of(String field, byte[] envelope) {
        Mode mode = check(field, envelope);
        return new EnvelopeHead(Suite.XAES_256_GCM, mode, KeyId.copyOf(envelope, KEY_ID_OFFSET));
    }

    /**
     * The checks of {@link #of}, and that the mode is the one that the reader accepts, before any key is looked for.
     *
     * @throws MalformedException kind MODE_REFUSED for another mode, and as {@link #of}
     */
    public static void require(String field, Mode accepted, byte[] envelope) {
        Mode stored = check(field, envelope);
        if (stored != accepted) {
            throw new MalformedException(
                    MalformedException.Kind.MODE_REFUSED,
                    field + ": the mapping accepts mode " + accepted + ", but the stored value has mode " + stored
                            + ".");
        }
    }

    /** The checks of {@link #of} without making an object of the key id. */
    public static Mode check(String field, byte[] envelope) {
        if (envelope.length == 0 || envelope[0] == 0 || envelope[0] == (byte) 0xff) {
            throw new MalformedException(
                    MalformedException.Kind.NOT_AN_ENVELOPE,
                    field + ": these " + envelope.length
                            + " bytes are not an envelope, which starts with 01. The column must hold only what Tegula wrote.");
        }
        if (envelope[0] == '\\' && startsWithCast(envelope)) {
            throw new MalformedException(
                    MalformedException.Kind.NOT_AN_ENVELOPE,
                    field
                            + ": this is the text form of an envelope: the column has a text type, and the database cast what"
                            + " was written. `tegula doctor` names the column and the `ALTER TABLE` that turns such values"
                            + " back into what they were.");
        }
        if (envelope[0] >= FIRST_PRINTABLE && envelope[0] <= LAST_PRINTABLE) {
            throw new MalformedException(
                    MalformedException.Kind.NOT_AN_ENVELOPE,
                    field
                            + ": this looks like plaintext that was never encrypted: something wrote it into the column without"
                            + " Tegula (seed data, another application, SQL). Write the value again through the application."
                            + " `tegula verify " + field
                            + "` lists such rows; the CHECK that `tegula schema checks` prints"
                            + " keeps them out.");
        }
        // No byte is quoted from here on: of something that is no envelope it may be plaintext.
        if (envelope[0] != Suite.XAES_256_GCM.id()) {
            throw new MalformedException(
                    MalformedException.Kind.UNKNOWN_SUITE,
                    field
                            + ": the stored value has a suite that this release does not know (it knows 01). Either a newer"
                            + " Tegula wrote it, or it is no envelope: then something else wrote into the column. `tegula"
                            + " verify " + field + "` lists such rows.");
        }
        if (envelope.length < MIN_BYTES) {
            throw new CannotOpenException(field);
        }
        return switch (envelope[MODE_OFFSET]) {
            case 0 -> Mode.FIELD;
            case 1 -> Mode.ROW;
            default ->
                throw new MalformedException(
                        MalformedException.Kind.MODE_REFUSED,
                        field + ": the stored value has a mode that this release does not know (it knows 00 and 01).");
        };
    }

    /** Whether it begins as PostgreSQL casts the bytes of an envelope to text: in hex, or with bytea_output = escape. */
    private static boolean startsWithCast(byte[] value) {
        return startsWith(value, "\\x01") || startsWith(value, "\\001");
    }

    private static boolean startsWith(byte[] value, String ascii) {
        return value.length > ascii.length()
                && Arrays.equals(value, 0, ascii.length(), ascii.getBytes(US_ASCII), 0, ascii.length());
    }
}
