package dev.tegula.operations.reencrypt;

import dev.tegula.envelope.KeyId;
import dev.tegula.failure.RefusedException;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.KeptConnection;
import dev.tegula.jdbc.Retry;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.SqlFailures;
import dev.tegula.jdbc.SqlState;
import dev.tegula.jdbc.TableHolder;
import dev.tegula.jdbc.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * Fences columns against keys: a CHECK constraint {@code tegula_fence_<column>} by which the database itself refuses new
 * values under them. It is granted only when no transaction that wrote the table is open, prepared ones included; so
 * once it stands, nothing can still be committed under an old key. A wait for a table lock makes everybody else wait
 * behind it: so it is not asked for while a prepared transaction, or one that has been open for more than a second, holds
 * the table, be it for reading; else it is, with a short lock timeout, again and again. Where after a few looks only readers
 * are in the way, a trigger of the same name and with the same refusal is made beside them (PostgreSQL; its lock waits for
 * writers alone), and replaced by the CHECK later, by {@link #raise}, {@link #settle} or {@link #validate}. Thread-safe.
 */
public final class Fence {

    /** The names of all fences, as LIKE takes it in SQL. */
    static final String LIKE = "LIKE '" + Identifiers.FENCE.replace("_", "\\_") + "%'";

    private static final SweepSettings SETTINGS = SweepSettings.standard().withLockTimeout(Duration.ofMillis(50));
    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 2_000;
    private static final int MOST_NAMED = 10;
    /** The server reads the text of a CHECK again for each statement. */
    private static final int MOST_IN_A_CHECK = 100;

    private final DataSource source;
    private final Duration patience;
    private final Teller told;

    /**
     * The fences of one database, whose changes are told nobody.
     *
     * @param source gives connections as the owner of the tables, to the primary
     * @param patience how long to ask for the lock of a table before giving up
     */
    public Fence(DataSource source, Duration patience) {
        this(source, patience, Teller.none());
    }

    /** The same, which tells what it changes. */
    public Fence(DataSource source, Duration patience, Teller told) {
        this.source = source;
        this.patience = patience;
        this.told = told;
    }

    Teller told() {
        return told;
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
        raise(table, keys, Set.of(), control);
    }

    /**
     * The same, where the tenants of some columns have keys of their own: on PostgreSQL these get a trigger that looks keys up
     * ({@link Kind#LOOKUP}), for a list in a definition would grow without bound. So does a column with more than a hundred keys.
     * Where the role may not make it, or the registry is in another database, it is the CHECK.
     */
    public void raise(TableName table, Map<String, Set<KeyId>> keys, Set<String> perTenant, RunControl control) {
        LookupRaise lookups = new LookupRaise(table, keys, perTenant, MOST_IN_A_CHECK, told);
        Map<String, Set<KeyId>> rest = ask("fencing " + table, table, control, lookups::attempt);
        if (!rest.isEmpty()) {
            FenceRaise raise = new FenceRaise(table, rest, told);
            ask("fencing " + table, table, control, raise::attempt, raise::noTrigger);
        }
    }

    /**
     * Puts the CHECK in the place of triggers that stand in for it on the table, if the lock for that is to be had at once.
     *
     * @return whether no trigger of a fence is left
     */
    public boolean settle(TableName table) {
        FenceRaise raise = new FenceRaise(table, Map.of(), told);
        try (KeptConnection kept = SETTINGS.connection(source)) {
            raise.attempt(kept);
            return !kept.dialect().fencesByTrigger()
                    || kept.once(c -> FenceTrigger.of(c, table)).isEmpty();
        } catch (SQLException e) {
            if (SqlFailures.retryable(e) || SqlFailures.state(e).equals(SqlState.INSUFFICIENT_PRIVILEGE)) {
                return false;
            }
            throw SqlFailures.of(e, "replacing the fence of " + table);
        }
    }

    /** What refuses values under old keys. */
    public enum Kind {
        /** Nothing that is believed. */
        NONE,
        /** A CHECK. */
        CHECK,
        /** A trigger, which stands in until nobody holds the table for a moment. */
        TRIGGER,
        /** A trigger that looks keys up, which stays. */
        LOOKUP
    }

    /** What refuses old keys on a column now. */
    public Kind kind(TableName table, String column) {
        return ask(
                "reading the fences of " + table,
                table,
                new RunControl(),
                kept -> kept.once(c -> {
                    String name = name(column);
                    if (!triggers(c, table).getOrDefault(name, Set.of()).isEmpty()) {
                        return Kind.TRIGGER;
                    }
                    if (lookups(c, table).containsKey(column)) {
                        return Kind.LOOKUP;
                    }
                    FenceCheck check = FenceCheck.of(c, table).get(name);
                    return check == null || check.keys().isEmpty() ? Kind.NONE : Kind.CHECK;
                }));
    }

    private static Map<String, Set<KeyId>> triggers(Session session, TableName table) throws SQLException {
        return session.dialect().fencesByTrigger() ? FenceTrigger.of(session, table) : Map.of();
    }

    private static Map<String, LookupFence.Standing> lookups(Session session, TableName table) throws SQLException {
        if (!session.dialect().fencesByTrigger()) {
            return Map.of();
        }
        String path = FenceCheck.bare(session);
        Map<String, LookupFence.Standing> lookups = LookupFence.of(session, table);
        FenceCheck.restore(session, path);
        return lookups;
    }

    /** Whether the column refuses new values under the key. */
    public boolean covers(TableName table, String column, KeyId key) {
        return covers(table, column, Set.of(key));
    }

    /** Whether the column refuses new values under each of the keys. */
    public boolean covers(TableName table, String column, Collection<KeyId> keys) {
        return open(table, column, keys).isEmpty();
    }

    /** Those of the keys under which the column takes new values. */
    public Set<KeyId> open(TableName table, String column, Collection<KeyId> keys) {
        Set<KeyId> open = new HashSet<>(keys);
        open.removeAll(refused(table, column, keys));
        return open;
    }

    /** Those of the keys whose new values the column refuses. */
    public Set<KeyId> refused(TableName table, String column, Collection<KeyId> keys) {
        return ask(
                "reading the fences of " + table,
                table,
                new RunControl(),
                kept -> kept.once(c -> refused(c, table, column, keys)));
    }

    private static Set<KeyId> refused(Session session, TableName table, String column, Collection<KeyId> keys)
            throws SQLException {
        // First: a trigger that is gone was replaced by a CHECK that is seen after.
        Set<KeyId> refused = new HashSet<>(triggers(session, table).getOrDefault(name(column), Set.of()));
        LookupFence.Standing lookup = lookups(session, table).get(column);
        if (lookup != null) {
            refused.addAll(LookupFence.refused(session, lookup, keys));
        }
        FenceCheck check = FenceCheck.of(session, table).get(name(column));
        if (check != null) {
            refused.addAll(check.keys());
        }
        refused.retainAll(keys);
        return refused;
    }

    /**
     * The statement that puts a row of {@code tegula_refused} back without which the fence of a table stops all that see one moment
     * alone, with 40001; empty if nothing is missing.
     */
    public Optional<String> unlisted(TableName table) {
        return ask(
                "reading the fences of " + table,
                table,
                new RunControl(),
                kept -> kept.once(c -> {
                    if (!c.dialect().fencesByTrigger()) {
                        return Optional.<String>empty();
                    }
                    String path = FenceCheck.bare(c);
                    Optional<String> unlisted = LookupFence.unlisted(c, table);
                    FenceCheck.restore(c, path);
                    return unlisted;
                }));
    }

    /**
     * Lets the database look at every row, beside writers, whether one is still under a fenced key: the cheapest census
     * there is. Puts the CHECK in the place of a trigger first, as {@link #settle} does.
     *
     * @return whether no row is
     * @throws RefusedException code {@code fence-blocked} or {@code fence-missing}
     */
    public boolean validate(TableName table, String column, RunControl control) {
        settle(table);
        return ask(
                "validating the fence of " + table,
                table,
                control,
                kept -> kept.patient(c -> {
                    String path = FenceCheck.bare(c);
                    Set<KeyId> ofTrigger = triggers(c, table).getOrDefault(name(column), Set.of());
                    FenceCheck check = FenceCheck.of(c, table).get(name(column));
                    LookupFence.Standing lookup = lookups(c, table).get(column);
                    if ((check == null || check.keys().isEmpty()) && ofTrigger.isEmpty() && lookup == null) {
                        throw new RefusedException(
                                "fence-missing",
                                table + "." + column + " is not fenced; `tegula rotate FIELD` fences it.");
                    }
                    boolean none = check == null
                            || check.keys().isEmpty()
                            || check.validated()
                            || validated(c, path, table, column, check.name());
                    return none
                            && (ofTrigger.isEmpty() || none(c, table, column, ofTrigger))
                            && (lookup == null || LookupFence.none(c, table, column, lookup));
                }));
    }

    private boolean validated(Session session, String path, TableName table, String column, String name)
            throws SQLException {
        try {
            FenceCheck.execute(
                    session, "ALTER TABLE " + table.quoted() + " VALIDATE CONSTRAINT " + Identifiers.quote(name));
            FenceCheck.restore(session, path);
            told.tell(session, FenceTold.validated(table, column));
            return true;
        } catch (SQLException e) {
            if (SqlFailures.state(e).equals(SqlState.CHECK_VIOLATION)) {
                session.rollback();
                return false;
            }
            throw e;
        }
    }

    private static boolean none(Session session, TableName table, String column, Set<KeyId> keys) throws SQLException {
        try (PreparedStatement select = session.prepare("SELECT NOT EXISTS (SELECT 1 FROM " + table.quoted() + " WHERE "
                        + under("", column, keys) + ")");
                ResultSet row = select.executeQuery()) {
            return row.next() && row.getBoolean(1);
        }
    }

    /** The name of the constraint of a column. */
    static String name(String column) {
        return Identifiers.fitted(Identifiers.FENCE, column);
    }

    /** The name of one that takes its place, where the database does not replace a constraint in one change. */
    static String second(String column) {
        return Identifiers.fitted(Identifiers.FENCE, column + Identifiers.SECOND);
    }

    /** True for a value that a CHECK lets through. */
    static String expression(String column, Set<KeyId> keys) {
        return "substring(" + Identifiers.quote(column) + " from 3 for 32) NOT IN (" + ids(keys) + ")";
    }

    /** True for a value under one of the keys. */
    static String under(String row, String column, Set<KeyId> keys) {
        return "substring(" + row + Identifiers.quote(column) + " from 3 for 32) IN (" + ids(keys) + ")";
    }

    private static String ids(Set<KeyId> keys) {
        return keys.stream().map(id -> "'\\x" + id.hex() + "'::bytea").collect(Collectors.joining(", "));
    }

    /** DDL on one session. */
    @FunctionalInterface
    interface Ask<T> {
        T of(KeptConnection kept) throws SQLException;
    }

    <T> T ask(String doing, TableName table, RunControl control, Ask<T> work) {
        return ask(doing, table, control, work, () -> "");
    }

    private <T> T ask(String doing, TableName table, RunControl control, Ask<T> work, Supplier<String> remark) {
        long end = System.nanoTime() + patience.toNanos();
        Retry retry = control.retry();
        long pause = FIRST_PAUSE_MILLIS;
        try (KeptConnection kept = SETTINGS.connection(source)) {
            while (true) {
                try {
                    return work.of(kept);
                } catch (SQLException e) {
                    if (!SqlFailures.state(e).equals(SqlState.LOCK_NOT_AVAILABLE)) {
                        retry.pause(e, doing);
                    } else if (System.nanoTime() > end || !control.sleep(pause)) {
                        throw blocked(doing, table, kept, remark.get());
                    }
                    pause = Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
                }
            }
        }
    }

    private static RefusedException blocked(String doing, TableName table, KeptConnection kept, String remark) {
        List<TableHolder> holders = List.of();
        String named;
        try {
            holders = kept.once(c -> TableHolder.of(c, table));
            named = holders.isEmpty()
                    ? "they ended meanwhile"
                    : holders.stream().limit(MOST_NAMED).map(TableHolder::shown).collect(Collectors.joining("; "));
        } catch (SQLException e) {
            named = "unknown: SQLSTATE " + SqlFailures.state(e) + " when asked";
        }
        return new RefusedException(
                "fence-blocked",
                "Gave up " + doing + ": transactions hold the table (" + named + "). " + TableHolder.cure(holders)
                        + ", then run again." + remark);
    }
}
