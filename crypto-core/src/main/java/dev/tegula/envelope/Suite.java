package dev.tegula.envelope;

/** The cryptographic suites of format 1: a closed table, without parameters in the envelope. */
public enum Suite {
    /** XAES-256-GCM (C2SP) under an HKDF-SHA-256 derived key, with a 32-byte key commitment as key id. */
    XAES_256_GCM(1);

    private final byte id;

    Suite(int id) {
        this.id = (byte) id;
    }

    /** The byte at offset 0 of an envelope. */
    public byte id() {
        return id;
    }
}
