package dev.tegula.jdbc;

import java.util.ArrayList;
import java.util.List;

/**
 * The database behind a connection, and all in which those that Tegula knows differ: no other class compares names or versions of
 * databases.
 *
 * @param product which one
 * @param majorVersion its major version as the driver knows it; of CockroachDB that of the PostgreSQL it says it is
 */
public record Dialect(Product product, int majorVersion) {

    /** The level at which transactions behave as if they ran one after the other. */
    static final String SERIALIZABLE = "SERIALIZABLE";

    /** {@code transaction_timeout} came with this major version. */
    private static final int TRANSACTION_TIMEOUT_SINCE = 17;
    /** {@code CREATE OR REPLACE TRIGGER} came with this major version. */
    private static final int REPLACES_TRIGGERS_SINCE = 14;
    /** {@code plan_cache_mode} came with this major version. */
    private static final int PLAN_MODES_SINCE = 12;
    /** Scans of a range of rows by their place are quick from here on; before, each would read the whole table. */
    private static final int RANGES_SINCE = 14;

    /** The databases that Tegula knows. */
    public enum Product {
        /** PostgreSQL, and what answers like it: READ COMMITTED and row locks. */
        POSTGRESQL,
        /** CockroachDB: SERIALIZABLE and retry; row locks are best effort there, so nothing rests on them. */
        COCKROACHDB
    }

    /** The database that answers {@code SELECT version()} so. */
    static Dialect of(String version, int majorVersion) {
        return new Dialect(version.contains("CockroachDB") ? Product.COCKROACHDB : Product.POSTGRESQL, majorVersion);
    }

    /** Whether a driver that names its database so speaks to one that may be known; both say that they are a PostgreSQL. */
    static boolean mayBeKnown(String product) {
        return product.contains("PostgreSQL") || product.contains("Cockroach");
    }

    private boolean postgresql() {
        return product == Product.POSTGRESQL;
    }

    /** What of two texts of SQL the database understands. */
    public String sql(String postgresql, String cockroachDb) {
        return postgresql() ? postgresql : cockroachDb;
    }

    /** The level of changes to users' rows, as SQL writes it. */
    String rowIsolation() {
        return sql("READ COMMITTED", SERIALIZABLE);
    }

    /** The level at which all statements see one moment. */
    String snapshotIsolation() {
        return sql("REPEATABLE READ", SERIALIZABLE);
    }

    /** The statements that make these settings: one where a statement may make several. */
    List<String> local(List<LocalSetting> settings) {
        return postgresql()
                ? List.of(LocalSetting.inOne(settings))
                : settings.stream().map(LocalSetting::sql).toList();
    }

    /** The statement that a transaction begins with which steps back behind those of applications, where the database knows such. */
    String backgroundLevel(String isolation) {
        return "SET TRANSACTION ISOLATION LEVEL " + isolation + sql("", ", PRIORITY LOW");
    }

    /** Settings of such a transaction, which may change the schema. */
    List<String> background() {
        List<String> settings = new ArrayList<>(schemaChange());
        if (!postgresql()) {
            settings.add("SET LOCAL default_transaction_quality_of_service = background");
        }
        return settings;
    }

    /** The level of transactions that change the schema: CockroachDB refuses that at READ COMMITTED. */
    String schemaIsolation() {
        return rowIsolation();
    }

    /**
     * Settings of a transaction that changes the schema. From version 25.1 on CockroachDB otherwise commits what stands before such a
     * change, these settings and what is told of it among that, and runs the change outside.
     */
    List<String> schemaChange() {
        return postgresql() ? List.of() : List.of("SET LOCAL autocommit_before_ddl = off");
    }

    /**
     * Whether a transaction as a whole can be limited in time. CockroachDB says that it is a PostgreSQL 13, which cannot; from 26.3 on an
     * 18, and can.
     */
    static boolean limitsTransactions(int majorVersion) {
        return majorVersion >= TRANSACTION_TIMEOUT_SINCE;
    }

    /** The SHA-256 of a bytea expression, as bytea. */
    public String sha256(String expression) {
        return sql("sha256(" + expression + ")", "decode(sha256(" + expression + "), 'hex')");
    }

    /** Whether a page may be read in the transaction before its own; under SERIALIZABLE that causes conflicts. */
    public boolean readsAhead() {
        return postgresql();
    }

    /** Whether a transaction may say that its statements are planned once, not at each call. */
    public boolean keepsPlans() {
        return postgresql() && majorVersion >= PLAN_MODES_SINCE;
    }

    /** Whether {@code pg_locks} and {@code pg_prepared_xacts} name the transactions that hold a table. */
    public boolean showsHolders() {
        return postgresql();
    }

    /** Whether {@code pg_stat_replication} and {@code pg_replication_slots} tell who follows the database, and how far behind. */
    public boolean showsReplicas() {
        return postgresql();
    }

    /**
     * Whether {@code pg_catalog} tells what stands on a table, in PostgreSQL's words: constraints, triggers, policies,
     * publications, and the functions that these call.
     */
    public boolean describesTables() {
        return postgresql();
    }

    /** Whether the collation of a text stands behind an expression by its schema and name; elsewhere texts compare by their bytes. */
    public boolean namesCollations() {
        return postgresql();
    }

    /** Whether somebody may have it print every name in quotes ({@code quote_all_identifiers}). */
    boolean quotesAll() {
        return postgresql();
    }

    /** Whether a CHECK is printed in known words once the search path is {@code pg_catalog} alone. */
    public boolean printsChecksAlike() {
        return postgresql();
    }

    /**
     * Whether a constraint can be dropped and made again under its name in one statement. CockroachDB keeps the name of one that was
     * validated until the transaction has ended.
     */
    public boolean replacesChecks() {
        return postgresql();
    }

    /** Whether a trigger may stand in for the CHECK of a fence while readers hold the table. */
    public boolean fencesByTrigger() {
        return postgresql();
    }

    /** Whether {@code CREATE OR REPLACE TRIGGER} is understood. */
    public boolean replacesTriggers() {
        return postgresql() && majorVersion >= REPLACES_TRIGGERS_SINCE;
    }

    /** Whether an array can be had as bytes, and a part of one ({@code array_send}, {@code a[2:]}). */
    public boolean takesArraysApart() {
        return postgresql();
    }

    /** Whether a part of a table's blocks can be drawn, {@code TABLESAMPLE SYSTEM}. */
    public boolean drawsSamples() {
        return postgresql();
    }

    /** Whether the type of a column may be a domain. */
    public boolean hasDomains() {
        return postgresql();
    }

    /** Whether a table may inherit from another, and each row tells in which of them it stands ({@code tableoid}). */
    public boolean tellsTables() {
        return postgresql();
    }

    /** Whether rows have a place ({@code ctid}) and tell which transaction wrote them ({@code xmin}). */
    public boolean showsWriters() {
        return postgresql();
    }

    /** Whether the relations of the server itself have the first numbers. */
    public boolean numbersItsOwnFirst() {
        return postgresql();
    }

    /** Whether a range of rows by their place can be read without reading the table. */
    public boolean scansByPlace() {
        return postgresql() && majorVersion >= RANGES_SINCE;
    }
}
