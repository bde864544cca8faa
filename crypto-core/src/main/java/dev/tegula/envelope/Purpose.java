package dev.tegula.envelope;

/** What a root key is for; a separate root for each, so that rotating one leaves the others alone. */
public enum Purpose {
    /** Encrypts values. */
    DATA,
    /** Keys a blind index. */
    INDEX,
    /** Authenticates the registry itself. */
    REGISTRY,
    /** Wraps other roots, of purpose DATA and INDEX, in place of a KMS. */
    BRANCH;

    /** Whether a branch key may wrap roots of this purpose. */
    public boolean underBranches() {
        return this == DATA || this == INDEX;
    }
}
