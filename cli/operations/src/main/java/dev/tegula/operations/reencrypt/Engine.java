package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.SafeSettings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The database engines and what differs between them for operations on live tables. */
enum Engine {
    /** READ COMMITTED and row locks. */
    POSTGRESQL,
    /** The same from release 17 on, which limits whole transactions too. */
    POSTGRESQL_17,
    /** SERIALIZABLE and retry; row locks are best effort there, so nothing rests on them. */
    COCKROACHDB;

    /** The level of what must be serializable against the registry's changes. */
    static final String SERIALIZABLE = "SERIALIZABLE";

    static Engine of(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT version(), current_setting('transaction_timeout', true)")) {
            row.next();
            if (row.getString(1).contains("CockroachDB")) {
                return COCKROACHDB;
            }
            return row.getString(2) == null ? POSTGRESQL : POSTGRESQL_17;
        }
    }

    /** The level of changes to users' rows, as SQL writes it. */
    String isolation() {
        return this == COCKROACHDB ? SERIALIZABLE : "READ COMMITTED";
    }

    /** The level at which all statements see one moment. */
    String snapshotIsolation() {
        return this == COCKROACHDB ? SERIALIZABLE : "REPEATABLE READ";
    }

    /** The SHA-256 of a bytea expression, as bytea. */
    String sha256(String expression) {
        return this == COCKROACHDB ? "decode(sha256(" + expression + "), 'hex')" : "sha256(" + expression + ")";
    }

    /**
     * The first statements of every transaction, which end with it: nothing of ours may hold up users' rows, or see only some
     * rows.
     */
    String begin(String isolation, SweepSettings settings, long statementMillis) {
        StringBuilder sql = new StringBuilder("SET TRANSACTION ISOLATION LEVEL ")
                .append(isolation)
                .append("; SET LOCAL lock_timeout = ")
                .append(settings.lockTimeout().toMillis())
                .append("; SET LOCAL statement_timeout = ")
                .append(statementMillis)
                .append("; SET LOCAL idle_in_transaction_session_timeout = ")
                .append(settings.idleTimeout().toMillis())
                .append("; SET LOCAL application_name = 'tegula-reencrypt'; ")
                .append(String.join("; ", SafeSettings.all()));
        if (this == POSTGRESQL_17) {
            long whole = statementMillis == 0
                    ? 0
                    : statementMillis + settings.idleTimeout().toMillis();
            sql.append("; SET LOCAL transaction_timeout = ").append(whole);
        }
        if (this == COCKROACHDB) {
            sql.append("; SET TRANSACTION PRIORITY LOW; SET LOCAL default_transaction_quality_of_service = background");
        }
        return sql.toString();
    }
}
