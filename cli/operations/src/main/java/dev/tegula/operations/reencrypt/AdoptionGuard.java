package dev.tegula.operations.reencrypt;

import dev.tegula.jdbc.AdoptionTrigger;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.SqlState;
import dev.tegula.jdbc.TableHolder;
import dev.tegula.jdbc.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
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
        this(column.table(), column.name(), column.encrypted().column());
    }

    AdoptionGuard(TableName table, String plain, String encrypted) {
        this.table = table;
        this.trigger = new AdoptionTrigger(table, plain, encrypted);
    }

    /** Its name. */
    String name() {
        return trigger.name();
    }

    /** What it does; empty where it is not there, is disabled, or does something else. */
    Optional<AdoptionTrigger.Form> standing(Session session) throws SQLException {
        try (PreparedStatement select = session.prepare(AdoptionTrigger.standing())) {
            List<String> parameters = trigger.parameters();
            for (int i = 0; i < parameters.size(); i++) {
                select.setString(i + 1, parameters.get(i));
            }
            try (ResultSet row = select.executeQuery()) {
                String body = row.next() ? row.getString(1) : "";
                return Arrays.stream(AdoptionTrigger.Form.values())
                        .filter(form -> trigger.isOf(form, body))
                        .findFirst();
            }
        }
    }

    /**
     * Makes it, for which readers and writers of the table have to end. The strongest lock comes first: a session that waits for us then holds
     * nothing that we could wait for.
     */
    void raise(Session session, AdoptionTrigger.Form form) throws SQLException {
        lock(session, TableHolder.Use.READS, "ACCESS EXCLUSIVE");
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
        lock(session, TableHolder.Use.READS, "ACCESS EXCLUSIVE");
        for (String statement : trigger.removal()) {
            session.execute(statement);
        }
    }
}
