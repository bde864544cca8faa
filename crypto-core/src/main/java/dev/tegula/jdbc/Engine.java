package dev.tegula.jdbc;

/** The databases Tegula knows. */
public enum Engine {
    /** PostgreSQL, and what answers like it. */
    POSTGRESQL,
    /** CockroachDB: serializable throughout, row locks are best effort. */
    COCKROACHDB;

    static Engine ofVersion(String version) {
        return version.startsWith("CockroachDB") ? COCKROACHDB : POSTGRESQL;
    }
}
