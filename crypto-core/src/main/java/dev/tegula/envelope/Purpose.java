package dev.tegula.envelope;

/** What a root key is for; a separate root for each, so that rotating one leaves the others alone. */
public enum Purpose {
    /** Encrypts values. */
    DATA,
    /** Keys a blind index. */
    INDEX,
    /** Authenticates the registry itself. */
    REGISTRY
}
