package dev.tegula.operations.reencrypt;

import dev.tegula.catalogue.IndexColumn;
import dev.tegula.envelope.KeyId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.RefusedException;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.SqlFailures;
import dev.tegula.jdbc.SqlState;
import dev.tegula.jdbc.SqlWork;
import dev.tegula.jdbc.TableHolder;
import dev.tegula.jdbc.TableName;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import javax.sql.DataSource;

/**
 * The two CHECKs of a rotation of an index key, and a trigger. The first lets in nothing but rows whose next column names the key, the second
 * nothing but rows whose index is that of their next column: so what was computed under an older key and comes late is refused by
 * the database. The trigger, on PostgreSQL, refuses an update that changes the index and leaves the next column as it was: so does a release
 * that does not know that column. They are named as fences are, and granted only when no transaction that wrote the table is open.
 * Thread-safe.
 */
public final class IndexFence {

    private final Fence fence;
    private final TableName table;
    private final String column;
    private final String next;
    private final IndexFenceText text;

    /**
     * Of one index, which has a next column; what it changes is told nobody.
     *
     * @param source gives connections as the owner of the table, to the primary
     * @param patience how long to ask for the lock of the table before giving up
     */
    public IndexFence(DataSource source, Duration patience, IndexColumn index) {
        this(source, patience, index, Teller.none());
    }

    /** The same, which tells what it changes. */
    public IndexFence(DataSource source, Duration patience, IndexColumn index, Teller told) {
        this.fence = new Fence(source, patience, told);
        this.table = new TableName(index.schema(), index.table());
        this.column = index.column();
        this.next = index.next().orElseThrow(() -> new IllegalArgumentException("no next column"));
        this.text = new IndexFenceText(index, next);
    }

    /**
     * Refuses from now on an index that is changed without its next column, where that holds anything.
     *
     * @throws RefusedException code {@code fence-blocked}, as {@link Fence#raise}
     * @throws ConfigurationException if the role may not make a trigger
     */
    public void raiseTogether(RunControl control) {
        boolean needed = fence.ask(
                "reading the fences of " + table,
                table,
                control,
                kept -> kept.once(c -> c.dialect().fencesByTrigger() && !together(c)));
        if (needed) {
            change("fencing " + table, control, c -> {
                try {
                    String path = FenceCheck.bare(c);
                    FenceTrigger.lock(c, table);
                    FenceTrigger.raise(c, table, next, "UPDATE", text.apart());
                    FenceCheck.restore(c, path);
                } catch (SQLException e) {
                    if (SqlFailures.notDone(e)) {
                        throw notMade(e);
                    }
                    throw e;
                }
                fence.told()
                        .tell(
                                c,
                                FenceTold.raised(
                                        table,
                                        next,
                                        "a trigger refuses an index that is changed without its next column"));
            });
        }
    }

    /** The triggers of {@link #raiseTogether}, of all indexes of a table. They refuse, and change nothing. */
    static Set<String> triggers(Session session, TableName table) throws SQLException {
        Set<String> refusing = new HashSet<>();
        for (Map<String, String> part : FenceTrigger.definitions(session, table).values()) {
            part.forEach((name, definition) -> {
                if (definition.contains(" AFTER UPDATE ON ")) {
                    refusing.add(name);
                }
            });
        }
        return refusing;
    }

    private ConfigurationException notMade(SQLException e) {
        return new ConfigurationException(
                "No trigger could be made on " + table + " (SQLSTATE " + SqlFailures.state(e)
                        + "), which must refuse writers that do not know " + next
                        + ". The role needs to own the table and CREATE on schema "
                        + table.schema() + ", and there must be no trigger " + Fence.name(next) + " or function "
                        + FenceTrigger.function(table) + "() of somebody else. Then run again.",
                e);
    }

    private boolean together(Session session) throws SQLException {
        String path = FenceCheck.bare(session);
        boolean stands = FenceTrigger.definitions(session, table).values().stream()
                .allMatch(part -> text.isApart(part.getOrDefault(Fence.name(next), "")));
        FenceCheck.restore(session, path);
        return stands;
    }

    /**
     * Lets in from now on only what names the key in its next column; in the place of a fence that asks for an older key.
     *
     * @param newer asked for the keys that are to replace this one, where a fence may be of their rotation
     * @throws RefusedException code {@code fence-blocked}, as {@link Fence#raise}; code {@code job-stale}, if the fences are those of the
     *     rotation to a newer key
     */
    public void raiseNext(KeyId key, Supplier<Set<KeyId>> newer, RunControl control) {
        if (nextKey().filter(key::equals).isEmpty()) {
            replace(
                    next,
                    text.names(key),
                    "a CHECK asks for an index under " + key.shortHex(),
                    control,
                    c -> requireNotOvertaken(c, key, newer));
        }
    }

    /**
     * Lets in from now on only rows whose index is that of their next column.
     *
     * @param key that the first fence asks for
     * @param newer as for {@link #raiseNext}
     * @throws RefusedException as {@link #raiseNext}
     */
    public void raiseSame(KeyId key, Supplier<Set<KeyId>> newer, RunControl control) {
        if (!same(false)) {
            replace(
                    column,
                    text.same(),
                    "a CHECK asks for the index of the next column",
                    control,
                    c -> requireNotOvertaken(c, key, newer));
        }
    }

    /**
     * Behind the lock of the table: who comes late must not fence out the writers of the rotation that came after. Keys are only asked for
     * where a fence may be of that one, since writers wait.
     */
    private void requireNotOvertaken(Session session, KeyId key, Supplier<Set<KeyId>> newer) throws SQLException {
        Optional<KeyId> named =
                StandingCheck.of(session, table, Fence.name(next)).flatMap(check -> text.named(check.definition()));
        boolean opened = isOpened(session, key);
        if (opened || named.filter(id -> !id.equals(key)).isPresent()) {
            Set<KeyId> later = newer.get();
            if (named.filter(later::contains).isPresent() || (opened && !later.isEmpty())) {
                throw overtaken(key);
            }
        }
    }

    private RefusedException overtaken(KeyId key) {
        return new RefusedException(
                CipherSource.STALE,
                "The fences of " + table + "." + column + " are those of a later rotation than that to "
                        + key.shortHex() + ". Run the command again: it makes a new plan.");
    }

    private void replace(String of, String expression, String what, RunControl control, Ddl required) {
        String name = Fence.name(of);
        boolean replaces = replaces();
        if (!replaces) {
            // Cut off behind this, the next run finds nothing, and goes on here.
            change("fencing " + table, control, c -> {
                locked(c, required);
                alter(c, drop(name), drop(Fence.second(of)));
            });
        }
        change("fencing " + table, control, c -> {
            locked(c, required);
            if (replaces) {
                alter(c, drop(name), add(name, expression));
            } else {
                alter(c, add(name, expression));
            }
            fence.told().tell(c, FenceTold.raised(table, of, what));
        });
    }

    /**
     * Makes way for another key, before writers get one. Where all rows are under the active key, so that the fences of its
     * rotation stand, a CHECK takes their place that goes on refusing what was computed under an older one; else they go.
     *
     * @param known the active key and all older ones of its scope
     * @throws RefusedException code {@code fence-blocked}, as {@link Fence#raise}; code {@code job-stale}, if a fence asks for a key that is
     *     none of these
     */
    public void open(KeyId active, Collection<KeyId> known, RunControl control) {
        Ddl required = c -> {
            if (StandingCheck.of(c, table, Fence.name(next))
                    .flatMap(check -> text.named(check.definition()))
                    .filter(id -> !known.contains(id))
                    .isPresent()) {
                throw overtaken(active);
            }
        };
        if (nextIs(active) && same(true)) {
            String older = text.noneOlder(active, known);
            boolean replaces = replaces();
            if (!replaces && standing(Fence.second(column)).isEmpty()) {
                change("fencing " + table, control, c -> {
                    locked(c, required);
                    alter(c, add(Fence.second(column), older));
                });
            }
            change("fencing " + table, control, c -> {
                locked(c, required);
                if (replaces) {
                    alter(c, drop(Fence.name(next)), drop(Fence.name(column)), add(Fence.name(column), older));
                } else {
                    alter(c, drop(Fence.name(next)), drop(Fence.name(column)));
                }
                fence.told().tell(c, FenceTold.dropped(table, next));
                fence.told()
                        .tell(
                                c,
                                FenceTold.raised(
                                        table,
                                        column,
                                        "a CHECK refuses an index under a key that is older than "
                                                + active.shortHex()));
            });
        } else if (!read(c -> isOpened(c, active))) {
            drop(required, control);
        }
    }

    /** Whether the CHECK of {@link #open} stands alone. */
    private boolean isOpened(Session session, KeyId active) throws SQLException {
        if (StandingCheck.of(session, table, Fence.name(next)).isPresent()) {
            return false;
        }
        Optional<StandingCheck> check = StandingCheck.of(session, table, Fence.name(column));
        return (check.isPresent() ? check : StandingCheck.of(session, table, Fence.second(column)))
                .filter(older -> older.definition().contains(active.hex()))
                .isPresent();
    }

    /** Whether any of them stands, so that an index alone is refused. */
    public boolean stands() {
        return standing(Fence.name(next)).isPresent()
                || standing(Fence.name(column)).isPresent()
                || standing(Fence.second(column)).isPresent();
    }

    private void drop(Ddl required, RunControl control) {
        if (stands()) {
            change("fencing " + table, control, c -> {
                locked(c, required);
                alter(c, drop(Fence.name(next)), drop(Fence.name(column)), drop(Fence.second(column)));
                fence.told().tell(c, FenceTold.dropped(table, column));
            });
        }
    }

    /** Whether the database drops a CHECK and makes another of its name in one change; else the other gets another name, or comes after. */
    private boolean replaces() {
        return fence.ask("reading the fences of " + table, table, new RunControl(), kept -> kept.dialect()
                .replacesChecks());
    }

    private static String drop(String name) {
        return "DROP CONSTRAINT IF EXISTS " + Identifiers.quote(name);
    }

    private static String add(String name, String expression) {
        return "ADD CONSTRAINT " + Identifiers.quote(name) + " CHECK (" + expression + ") NOT VALID";
    }

    /** In one statement: CockroachDB takes one change of a schema in a transaction. */
    private void alter(Session session, String... changes) throws SQLException {
        FenceCheck.execute(session, "ALTER TABLE " + table.quoted() + " " + String.join(", ", changes));
    }

    private interface Ddl {
        void run(Session session) throws SQLException;
    }

    /** What is required holds until the change is done, where a transaction can hold the table. */
    private void locked(Session session, Ddl required) throws SQLException {
        if (session.dialect().fencesByTrigger()) {
            FenceCheck.execute(session, "LOCK TABLE " + table.quoted() + " IN ACCESS EXCLUSIVE MODE");
        }
        required.run(session);
    }

    private void change(String doing, RunControl control, Ddl ddl) {
        fence.ask(
                doing,
                table,
                control,
                kept -> kept.patient(c -> {
                    // A request for a lock holds up all that come after; so none is made while somebody stays.
                    if (c.dialect().showsHolders()
                            && TableHolder.of(c, table).stream().anyMatch(TableHolder::stays)) {
                        throw new SQLException("The table is held", SqlState.LOCK_NOT_AVAILABLE);
                    }
                    ddl.run(c);
                    return true;
                }));
    }

    /**
     * Lets the database look at every row, beside writers, whether it would be let in.
     *
     * @return whether all would be
     */
    public boolean validateNext(RunControl control) {
        return validate(next, control);
    }

    /** The same of the second fence. */
    public boolean validateSame(RunControl control) {
        return validate(column, control);
    }

    private boolean validate(String of, RunControl control) {
        return fence.ask(
                "validating the fence of " + table, table, control, kept -> kept.patient(c -> validated(c, of)));
    }

    private boolean validated(Session session, String of) throws SQLException {
        String name = Fence.name(of);
        try {
            FenceCheck.execute(
                    session, "ALTER TABLE " + table.quoted() + " VALIDATE CONSTRAINT " + Identifiers.quote(name));
            fence.told().tell(session, FenceTold.validated(table, of));
            return true;
        } catch (SQLException e) {
            if (SqlFailures.state(e).equals(SqlState.CHECK_VIOLATION)) {
                session.rollback();
                return false;
            }
            throw e;
        }
    }

    /** The key that the first fence asks for, if it stands and is what Tegula writes. */
    public Optional<KeyId> nextKey() {
        return standing(Fence.name(next)).flatMap(check -> text.named(check.definition()));
    }

    /** Whether the second fence stands and is what Tegula writes. */
    public boolean same(boolean validated) {
        return standing(Fence.name(column))
                .filter(check -> !validated || check.validated())
                .filter(check -> text.isSame(check.definition()))
                .isPresent();
    }

    /** Whether every row passes the first fence, for this key. */
    public boolean nextIs(KeyId key) {
        return standing(Fence.name(next))
                .filter(StandingCheck::validated)
                .flatMap(check -> text.named(check.definition()))
                .filter(key::equals)
                .isPresent();
    }

    private Optional<StandingCheck> standing(String name) {
        return read(c -> StandingCheck.of(c, table, name));
    }

    private <T> T read(SqlWork<T> work) {
        return fence.ask("reading the fences of " + table, table, new RunControl(), kept -> kept.once(work));
    }
}
