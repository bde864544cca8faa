package dev.tegula.registry;

/** The kinds of rows beside those of registry and catalogue that are sealed under the REGISTRY root; each has a label of its own. */
public enum SealedKind {
    /** A secret: its name, and which version is current. */
    SECRET("tegula/seal-secret/v1"),
    /** A version of a secret, without its value. */
    SECRET_VERSION("tegula/seal-secret-version/v1"),
    /** What the last census of a table counted, or one that was cut off. */
    CENSUS("tegula/seal-census/v1");

    private final String label;

    SealedKind(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }
}
