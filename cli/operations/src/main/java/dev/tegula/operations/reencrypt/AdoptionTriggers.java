package dev.tegula.operations.reencrypt;

import dev.tegula.failure.RefusedException;
import dev.tegula.failure.ShellWord;
import dev.tegula.jdbc.AdoptionTrigger;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.KeptConnection;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All triggers of adoptions that a table has, whatever they are called: one has the name of a table, which may be renamed, and two of one
 * column in clear would each leave an old value in the encrypted column of the other. Of PostgreSQL.
 */
final class AdoptionTriggers {

    private static final String ALL = """
            SELECT t.tgname, f.prosrc, n.nspname, f.proname FROM pg_catalog.pg_trigger t
            JOIN pg_catalog.pg_proc f ON f.oid = t.tgfoid JOIN pg_catalog.pg_namespace n ON n.oid = f.pronamespace
            WHERE t.tgrelid = pg_catalog.to_regclass(?) AND t.tgname LIKE 'tegula\\_adopt\\_%' ORDER BY 1""";

    /** The encrypted column is what each form looks at first. */
    private static final Pattern FIRST = Pattern.compile("NEW\\.\"((?:[^\"]|\"\")+)\"");

    private AdoptionTriggers() {}

    /**
     * One of them.
     *
     * @param body of its function
     */
    record Found(String name, String body, TableName function) {

        /** The encrypted column; empty where the function is none of ours. */
        Optional<String> encrypted() {
            Matcher first = FIRST.matcher(body);
            return first.find() ? Optional.of(first.group(1).replace("\"\"", "\"")) : Optional.empty();
        }

        private boolean names(String column) {
            return body.contains("NEW." + Identifiers.quote(column));
        }
    }

    static List<Found> of(Session session, TableName table) throws SQLException {
        List<Found> found = new ArrayList<>();
        try (PreparedStatement select = session.prepare(ALL)) {
            select.setString(1, table.quoted());
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    found.add(new Found(
                            row.getString(1), row.getString(2), new TableName(row.getString(3), row.getString(4))));
                }
            }
        }
        return found;
    }

    /** Why nothing can be said of an adoption: its trigger has another name, for the table was renamed since. */
    static Optional<RefusedException> misnamed(Session session, PlainColumn column) throws SQLException {
        TableName table = column.table();
        String name = new AdoptionGuard(column).name();
        List<Found> all = of(session, table);
        boolean own = all.stream().anyMatch(each -> each.name().equals(name));
        return all.stream()
                .filter(each -> !each.name().equals(name))
                .filter(each -> each.encrypted()
                        .filter(column.encrypted().column()::equals)
                        .isPresent())
                .findFirst()
                .map(each -> new RefusedException(
                        "adoption-in-the-way",
                        table + " has the trigger " + each.name() + " for "
                                + column.encrypted().column()
                                + ", of a time when the table had another name, or of a table whose partition it is. "
                                + (own
                                        ? "Beside " + name
                                                + " it takes pairs apart by what it did then. Drop it: `DROP TRIGGER "
                                                + Identifiers.quote(each.name()) + " ON " + table.quoted() + "`"
                                        : "A second one would take pairs apart beside it. Give it the name that it has to"
                                                + " have: `ALTER TRIGGER " + Identifiers.quote(each.name()) + " ON "
                                                + table.quoted() + " RENAME TO " + Identifiers.quote(name)
                                                + functionToo(each, table, name) + "`")
                                + "; then run the same command again."));
    }

    private static String functionToo(Found found, TableName table, String name) {
        String renamed = AdoptionStanding.renamed(found.function(), table.schema(), name);
        return renamed.isEmpty() ? "" : "; " + renamed;
    }

    static Optional<RefusedException> rival(KeptConnection kept, PlainColumn column, RunControl control) {
        return control.retry().run("looking at " + column.table(), () -> kept.once(session -> rival(session, column)));
    }

    /** Why a column in clear cannot be adopted: another encrypted one gets its values, and each would keep old ones. */
    static Optional<RefusedException> rival(Session session, PlainColumn column) throws SQLException {
        TableName table = column.table();
        if (!session.dialect().fencesByTrigger()) {
            return Optional.empty();
        }
        for (Found each : of(session, table)) {
            Optional<String> other = each.encrypted()
                    .filter(name -> !name.equals(column.encrypted().column()));
            if (other.isPresent()
                    && each.names(column.name())
                    && !new AdoptionTrigger(table, column.name(), other.get())
                            .isOf(AdoptionTrigger.Form.SEALED, each.body())) {
                return Optional.of(new RefusedException(
                        "adoption-in-the-way",
                        table + "." + column.name() + " belongs to " + other.get() + " already, by the trigger "
                                + each.name()
                                + ": what a release writes into one of two encrypted columns would leave an old value in the"
                                + " other. Go on with that one; or end it, `tegula adopt FIELD --from "
                                + ShellWord.of(column.name())
                                + " --back` with its field. A column that holds the same under another field is adopted from a"
                                + " copy of its own."));
            }
        }
        return Optional.empty();
    }
}
