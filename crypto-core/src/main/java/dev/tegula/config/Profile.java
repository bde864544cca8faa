package dev.tegula.config;

/** What a deployment is for. The default is the strict one. */
public enum Profile {
    /** Try-outs and tests: a local keyset is allowed, keys may be made on demand, a database may have no pin. */
    DEVELOPMENT,
    /** Everything else. */
    PRODUCTION
}
