package dev.tegula.reencrypt;

import dev.tegula.envelope.KeyId;
import dev.tegula.failure.RefusedException;
import dev.tegula.jdbc.Identifiers;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * Fences columns against keys: a CHECK constraint {@code tegula_fence_<column>} by which the database itself refuses new
 * values under them. It is granted only when no transaction that wrote the table is open, prepared ones included; so
 * once it stands, nothing can still be committed under an old key. Whoever waits for a table lock makes everybody else wait
 * behind it: so it is not asked for while a prepared transaction, or one that has been open for more than a second, holds
 * the table, be it for reading; else it is, with a short lock timeout, again and again. Thread-safe.
 */
public final class Fence {

    private static final SweepSettings SETTINGS = SweepSettings.standard().withLockTimeout(Duration.ofMillis(50));
    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 2_000;

    private final DataSource source;
    private final Duration patience;

    /**
     * The fences of one database.
     *
     * @param source gives connections as the owner of the tables, to the primary
     * @param patience how long to ask for the lock of a table before giving up
     */
    public Fence(DataSource source, Duration patience) {
        this.source = source;
        this.patience = patience;
    }

    /**
     * Fences columns of a table against keys, beside those they are fenced against already. Does nothing where that is
     * so. From then on the database also refuses an update of any other column of a row that is still under one of them.
     *
     * @param keys for each column the keys
     * @throws RefusedException code {@code fence-blocked}, if transactions kept the table for longer than the patience, or
     *     the control was stopped meanwhile; nothing was changed then
     * @throws dev.tegula.failure.DeniedException if the role does not own the table
     * @throws dev.tegula.failure.UnavailableException if the database does not answer
     * @throws dev.tegula.failure.ConfigurationException if table or column are not there
     */
    public void raise(TableName table, Map<String, Set<KeyId>> keys, RunControl control) {
        ask(
                "fencing " + table,
                table,
                control,
                session -> session.patient(c -> {
                    List<String> changes = new ArrayList<>();
                    Map<String, FenceCheck> standing = FenceCheck.of(c, session.engine(), table);
                    for (Map.Entry<String, Set<KeyId>> column : new TreeMap<>(keys).entrySet()) {
                        String name = name(column.getKey());
                        Set<KeyId> wanted = new TreeSet<>(column.getValue());
                        FenceCheck check = standing.get(name);
                        if (check != null && check.keys().containsAll(wanted)) {
                            continue;
                        }
                        if (check != null) {
                            wanted.addAll(check.keys());
                            changes.add("DROP CONSTRAINT " + Identifiers.quote(name));
                        }
                        changes.add("ADD CONSTRAINT " + Identifiers.quote(name) + " CHECK ("
                                + expression(column.getKey(), wanted) + ") NOT VALID");
                    }
                    if (!changes.isEmpty()) {
                        requireNobodyStays(c, session.engine(), table);
                        FenceCheck.execute(c, "ALTER TABLE " + table.quoted() + " " + String.join(", ", changes));
                    }
                    return true;
                }));
    }

    /** Whoever asks for a lock holds up all that come after; so nobody asks while somebody is there who will not leave. */
    private static void requireNobodyStays(Connection connection, Engine engine, TableName table) throws SQLException {
        if (engine != Engine.COCKROACHDB
                && Holder.of(connection, table).stream().anyMatch(Holder::stays)) {
            throw new SQLException("The table is held", SqlFailures.LOCK);
        }
    }

    /** Whether the column refuses new values under the key. */
    public boolean covers(TableName table, String column, KeyId key) {
        return ask(
                "reading the fences of " + table,
                table,
                new RunControl(),
                session -> session.once(c -> {
                    FenceCheck check = FenceCheck.of(c, session.engine(), table).get(name(column));
                    return check != null && check.keys().contains(key);
                }));
    }

    /**
     * Lets the database look at every row, beside writers, whether one is still under a fenced key: the cheapest census
     * there is.
     *
     * @return whether no row is
     * @throws RefusedException code {@code fence-blocked} or {@code fence-missing}
     */
    public boolean validate(TableName table, String column, RunControl control) {
        return ask(
                "validating the fence of " + table,
                table,
                control,
                session -> session.patient(c -> {
                    FenceCheck check = FenceCheck.of(c, session.engine(), table).get(name(column));
                    if (check == null || check.keys().isEmpty()) {
                        throw new RefusedException(
                                "fence-missing",
                                table + "." + column + " is not fenced; `tegula rotate FIELD` fences it.");
                    }
                    if (check.validated()) {
                        return true;
                    }
                    try {
                        FenceCheck.execute(
                                c,
                                "ALTER TABLE " + table.quoted() + " VALIDATE CONSTRAINT "
                                        + Identifiers.quote(name(column)));
                        return true;
                    } catch (SQLException e) {
                        if (SqlFailures.state(e).equals(SqlFailures.CHECK)) {
                            c.rollback();
                            return false;
                        }
                        throw e;
                    }
                }));
    }

    /** The name of the constraint of a column. */
    static String name(String column) {
        return Identifiers.fitted("tegula_fence_", column);
    }

    private static String expression(String column, Set<KeyId> keys) {
        String ids = keys.stream().map(id -> "'\\x" + id.hex() + "'::bytea").collect(Collectors.joining(", "));
        return "substring(" + Identifiers.quote(column) + " from 3 for 32) NOT IN (" + ids + ")";
    }

    /** DDL on one session. */
    @FunctionalInterface
    private interface Ask<T> {
        T of(Session session) throws SQLException;
    }

    private <T> T ask(String doing, TableName table, RunControl control, Ask<T> work) {
        long end = System.nanoTime() + patience.toNanos();
        Retry retry = new Retry(control);
        long pause = FIRST_PAUSE_MILLIS;
        try (Session session = new Session(source, SETTINGS)) {
            while (true) {
                try {
                    return work.of(session);
                } catch (SQLException e) {
                    if (!SqlFailures.state(e).equals(SqlFailures.LOCK)) {
                        retry.pause(e, doing);
                    } else if (System.nanoTime() > end || !control.sleep(pause)) {
                        throw blocked(doing, table, session);
                    }
                    pause = Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
                }
            }
        }
    }

    private static RefusedException blocked(String doing, TableName table, Session session) {
        List<String> holders;
        try {
            holders = session.once(c -> Holder.of(c, table)).stream()
                    .map(Holder::shown)
                    .toList();
        } catch (SQLException e) {
            holders = List.of("unknown: SQLSTATE " + SqlFailures.state(e) + " when asked");
        }
        if (holders.isEmpty()) {
            holders = List.of("they ended meanwhile");
        }
        return new RefusedException(
                "fence-blocked",
                "Gave up " + doing + ": transactions hold the table (" + String.join("; ", holders)
                        + "). Wait for them or end them"
                        + " (SELECT pg_terminate_backend(PID)), then run again.");
    }
}
