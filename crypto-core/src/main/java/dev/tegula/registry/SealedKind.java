package dev.tegula.registry;

/** What else is sealed under the REGISTRY root, beside rows of registry and catalogue; each kind has a label of its own. */
public enum SealedKind {
    /** A secret: its name, and which version is current. */
    SECRET("tegula/seal-secret/v1"),
    /** A version of a secret, without its value. */
    SECRET_VERSION("tegula/seal-secret-version/v1"),
    /** What the last census of a table counted, or one that was cut off. */
    CENSUS("tegula/seal-census/v1"),
    /** The receipt of a shred. */
    SHRED("tegula/seal-shred/v1");

    private final String label;

    SealedKind(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }
}
