package dev.tegula.envelope;

import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.MalformedException;

/**
 * The first 34 bytes of an envelope, which need no key to read: suite, mode and key id. Layout of the whole: suite 1,
 * mode 1, key id 32, nonce 24 (12 salt, 12 IV), inner ciphertext n, tag 16.
 *
 * @param suite the suite
 * @param mode what the value is bound to
 * @param keyId under which key it is
 */
public record EnvelopeHead(Suite suite, Mode mode, KeyId keyId) {

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

    /** The checks of {@link #of} without making an object of the key id. */
    public static Mode check(String field, byte[] envelope) {
        if (envelope.length == 0 || envelope[0] == 0 || envelope[0] == (byte) 0xff) {
            throw new MalformedException(
                    MalformedException.Kind.NOT_AN_ENVELOPE,
                    field + ": an envelope was expected (it starts with 01); " + envelope.length
                            + " bytes came that are none. The column must hold only what Tegula wrote.");
        }
        if (envelope[0] != Suite.XAES_256_GCM.id()) {
            throw new MalformedException(
                    MalformedException.Kind.UNKNOWN_SUITE,
                    String.format(
                            "%s: suite %02x is unknown to this release (it knows 01). Either a newer Tegula wrote the"
                                    + " value, or it is no envelope.",
                            field, envelope[0]));
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
                        String.format(
                                "%s: mode %02x is unknown to this release (it knows 00 and 01).", field, envelope[1]));
        };
    }
}
