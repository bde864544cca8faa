package dev.tegula.registry;

/** The life of a data key. Every state but DESTROYED still decrypts. */
public enum KeyState {
    /** Made and wrapped, not yet used for writing. */
    PENDING,
    /** The one key of its scope that new values are written under. */
    ACTIVE,
    /** Superseded; values under it are being moved. */
    DECRYPT_ONLY,
    /** Nothing should need it any more; still decrypts, with a warning, and can be reopened. */
    RETIRED,
    /** Its wrapped bytes are gone. Final. */
    DESTROYED;

    /** Whether a blind index under the key is looked for: in use, about to be, or being replaced. */
    public boolean live() {
        return this == PENDING || this == ACTIVE || this == DECRYPT_ONLY;
    }
}
