package dev.tegula.envelope;

/** What an envelope is bound to. The reader's mapping decides which modes it accepts, never the ciphertext. */
public enum Mode {
    /** Bound to field and tenant. */
    FIELD(0),
    /** Bound to field, tenant and primary key. */
    ROW(1);

    private final byte id;

    Mode(int id) {
        this.id = (byte) id;
    }

    /** The byte at offset 1 of an envelope. */
    public byte id() {
        return id;
    }
}
