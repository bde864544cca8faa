package dev.tegula.failure;

/**
 * Input that can never be valid, whatever key is tried: bytes that are no envelope, text that is no Unicode, a root of
 * the wrong size. Trying again does not help.
 */
public final class MalformedException extends TegulaException {

    private static final long serialVersionUID = 1L;

    /** What is wrong with the input; a closed list. */
    public enum Kind {
        /** Empty, or the first byte is {@code 0x00}, {@code 0xff} or a printable character of ASCII. */
        NOT_AN_ENVELOPE("not-an-envelope"),
        /** The first byte names no suite of this release. */
        UNKNOWN_SUITE("unknown-suite"),
        /** The mode byte is unknown, or the reader's mapping does not accept it. */
        MODE_REFUSED("mode-refused"),
        /** Text with an unpaired surrogate, or bytes that are no UTF-8. */
        TEXT("malformed-text"),
        /** No tenant for a field with a key for each tenant, or a tenant for a field without. */
        TENANT("tenant-missing"),
        /** A root key that is not exactly 32 bytes. */
        ROOT("malformed-root"),
        /** Another identifier or document outside its grammar. */
        INPUT("malformed-input");

        private final String code;

        Kind(String code) {
            this.code = code;
        }
    }

    private final Kind kind;

    /** A failure of the given kind; the message must not quote the input. */
    public MalformedException(Kind kind, String message) {
        super(kind.code, message, null);
        this.kind = kind;
    }

    /** What is wrong with the input. */
    public Kind kind() {
        return kind;
    }
}
