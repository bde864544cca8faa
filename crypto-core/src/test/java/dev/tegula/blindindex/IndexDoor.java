package dev.tegula.blindindex;

import dev.tegula.cipher.IndexParameters;

/** What the vectors need of this package and nobody else may have. */
public final class IndexDoor {

    private IndexDoor() {}

    /** What is in the derivation of the key of an index. */
    public static IndexParameters parameters(IndexSpec<?> spec) {
        return spec.parameters();
    }

    /** What is in the derivation of the key of tokens. */
    public static IndexParameters parameters(TokenSpec spec) {
        return spec.parameters();
    }
}
