package dev.tegula.operations.reencrypt;

import dev.tegula.failure.RefusedException;
import dev.tegula.jdbc.AdoptionTrigger;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.SqlState;
import dev.tegula.jdbc.TableHolder;
import dev.tegula.jdbc.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The trigger that keeps the two columns of an adoption together: it empties the encrypted column of a row whose value in clear
 * somebody changes alone, and takes apart what a mapping writes that knows both. What it does says how far the adoption is. Of PostgreSQL.
 */
final class AdoptionGuard {

    private static final String FUNCTION = """
            SELECT CAST(CAST(t.tgfoid AS pg_catalog.regprocedure) AS pg_catalog.text),
              pg_catalog.obj_description(t.tgfoid, 'pg_proc')
            FROM pg_catalog.pg_trigger t WHERE t.tgrelid = pg_catalog.to_regclass(?) AND t.tgname = ?""";

    private final TableName table;
    private final AdoptionTrigger trigger;

    AdoptionGuard(PlainColumn column) {
        this(
                column.table(),
                new AdoptionTrigger(
                        column.table(),
                        column.name(),
                        column.encrypted().column(),
                        column.encrypted().perTenant() ? column.encrypted().tenantColumn() : Optional.empty()));
    }

    AdoptionGuard(TableName table, String plain, String encrypted) {
        this(table, new AdoptionTrigger(table, plain, encrypted));
    }

    private AdoptionGuard(TableName table, AdoptionTrigger trigger) {
        this.table = table;
        this.trigger = trigger;
    }

    /** What stands: the body of its function, and whether it fires under any role of a session. */
    private record Standing(String body, boolean always) {}

    /** Its name. */
    String name() {
        return trigger.name();
    }

    /** What it does; empty where it is not there, a part of the table has it not, it is disabled, or does something else. */
    Optional<AdoptionTrigger.Form> standing(Session session) throws SQLException {
        return form(read(session).body());
    }

    /** What a function does. */
    Optional<AdoptionTrigger.Form> form(String body) {
        return Arrays.stream(AdoptionTrigger.Form.values())
                .filter(form -> trigger.isOf(form, body))
                .findFirst();
    }

    /** What there is of it, also where it does not see every write. */
    AdoptionStanding stands(Session session) throws SQLException {
        return AdoptionStanding.read(
                session, table, trigger, !read(session).body().isEmpty());
    }

    /** Whether it stands as {@link #raise} makes it; a migration, or an earlier release, may have made it otherwise. */
    boolean isNow(Session session, AdoptionTrigger.Form form) throws SQLException {
        Standing standing = read(session);
        return standing.always() && trigger.isNow(form, standing.body());
    }

    private Standing read(Session session) throws SQLException {
        try (PreparedStatement select = prepared(session, AdoptionTrigger.standing(), trigger.parameters());
                ResultSet row = select.executeQuery()) {
            return row.next() ? new Standing(row.getString(1), row.getBoolean(2)) : new Standing("", false);
        }
    }

    private static PreparedStatement prepared(Session session, String sql, List<String> parameters)
            throws SQLException {
        PreparedStatement select = session.prepare(sql);
        for (int i = 0; i < parameters.size(); i++) {
            select.setString(i + 1, parameters.get(i));
        }
        return select;
    }

    private static List<String> names(Session session, String sql, List<String> parameters) throws SQLException {
        List<String> names = new ArrayList<>();
        try (PreparedStatement select = prepared(session, sql, parameters);
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                names.add(row.getString(1));
            }
        }
        return names;
    }

    /**
     * Why it cannot be made: another table has a trigger of that function, which would do what this one needs; or tables inherit from
     * this one, whose rows it would not see.
     */
    Optional<RefusedException> obstacle(Session session) throws SQLException {
        List<String> sharing = names(session, AdoptionTrigger.sharing(), trigger.sharingParameters());
        if (!sharing.isEmpty()) {
            return Optional.of(new RefusedException(
                    "adoption-in-the-way",
                    "The trigger of " + table + " needs the function " + name() + ", which a trigger of "
                            + String.join(", ", sharing)
                            + " runs: for their names are the same when they are put together."
                            + " Replaced, it would stop all writes there. End that adoption and drop its trigger and"
                            + " function; or give one of the encrypted columns another name."));
        }
        List<String> heirs = names(session, AdoptionTrigger.heirs(), List.of(table.quoted()));
        return heirs.isEmpty()
                ? Optional.empty()
                : Optional.of(new RefusedException(
                        "adoption-in-the-way",
                        "Tables inherit from " + table + " (" + String.join(", ", heirs)
                                + "), and its trigger would not see"
                                + " what is written into them. Take them away (ALTER TABLE … NO INHERIT), or make them"
                                + " partitions; a partition has the triggers of its table."));
    }

    /** Triggers that change a row after this one has seen it, so that an old envelope stays beside what they set. */
    Optional<Finding> later(Session session) throws SQLException {
        List<String> later = new ArrayList<>();
        List<String> cures = new ArrayList<>();
        try (PreparedStatement select = prepared(session, AdoptionTrigger.later(), trigger.laterParameters());
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                String found = row.getString(1);
                later.add(found);
                cures.add("ALTER TRIGGER " + Identifiers.quote(found) + " ON "
                        + new TableName(row.getString(2), row.getString(3)).quoted() + " RENAME TO "
                        + Identifiers.quote(Identifiers.fitted("a_", found)));
            }
        }
        return later.isEmpty()
                ? Optional.empty()
                : Optional.of(new Finding(
                        Finding.Kind.UPDATE_TRIGGERS,
                        table.toString(),
                        table + " has BEFORE triggers that fire after " + name() + ", in the order of their names: "
                                + String.join(", ", later)
                                + ". Where one sets the value in clear, an old envelope would stay beside it. Have them fire before: `"
                                + String.join("; ", cures)
                                + "`; or accept them with --accept-triggers, if none sets it."));
    }

    /**
     * Makes it, for which readers and writers of the table have to end. The strongest lock comes first: a session that waits for us then holds
     * nothing that we could wait for.
     */
    void raise(Session session, AdoptionTrigger.Form form) throws SQLException {
        alone(session);
        Optional<RefusedException> obstacle = obstacle(session);
        if (obstacle.isPresent()) {
            throw obstacle.get();
        }
        for (String statement : trigger.script(form)) {
            session.execute(statement);
        }
        note(session, "");
    }

    /** Has one that is there do something else, when every transaction has ended that wrote under what it did, prepared ones too. */
    void replace(Session session, AdoptionTrigger.Form form) throws SQLException {
        lock(session, TableHolder.Use.WRITES, "SHARE ROW EXCLUSIVE");
        become(session, form);
    }

    /** Has the table alone, for what would wait for everybody. */
    void alone(Session session) throws SQLException {
        lock(session, TableHolder.Use.READS, "ACCESS EXCLUSIVE");
    }

    /** A request for a lock holds up all that come after; so nobody asks while somebody is there who will not leave. */
    private void lock(Session session, TableHolder.Use use, String mode) throws SQLException {
        if (session.dialect().showsHolders()
                && TableHolder.of(session, table).stream()
                        .anyMatch(holder -> holder.stays() && holder.use().compareTo(use) >= 0)) {
            throw new SQLException("The table is held", SqlState.LOCK_NOT_AVAILABLE);
        }
        session.execute("LOCK TABLE " + table.quoted() + " IN " + mode + " MODE");
    }

    /** Has it do something else, from the next statement on. */
    void become(Session session, AdoptionTrigger.Form form) throws SQLException {
        session.execute(trigger.function(form));
    }

    /** Notes something about it that its form does not say, in place of any earlier note. */
    void note(Session session, String note) throws SQLException {
        Function function = function(session)
                .orElseThrow(() -> new IllegalStateException("There is no trigger " + name() + " of " + table));
        session.execute("COMMENT ON FUNCTION " + function.signature() + " IS '" + note + "'");
    }

    /** Whether that is noted about it. */
    boolean noted(Session session, String note) throws SQLException {
        return function(session).map(Function::note).filter(note::equals).isPresent();
    }

    private record Function(String signature, String note) {}

    private Optional<Function> function(Session session) throws SQLException {
        try (PreparedStatement select = session.prepare(FUNCTION)) {
            select.setString(1, table.quoted());
            select.setString(2, name());
            try (ResultSet row = select.executeQuery()) {
                return row.next()
                        ? Optional.of(new Function(
                                row.getString(1),
                                Optional.ofNullable(row.getString(2)).orElse("")))
                        : Optional.empty();
            }
        }
    }

    /** Removes it, whatever it does. */
    void drop(Session session) throws SQLException {
        alone(session);
        session.execute(trigger.removal());
        if (names(session, AdoptionTrigger.sharing(), trigger.sharingParameters())
                .isEmpty()) {
            session.execute(trigger.functionRemoval());
        }
    }
}
