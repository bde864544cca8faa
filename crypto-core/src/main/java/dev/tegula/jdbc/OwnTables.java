package dev.tegula.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Tegula's own tables: their names, and what somebody else put on them that can refuse, change or hide a row. */
public final class OwnTables {

    private static final Pattern CREATE = Pattern.compile("CREATE TABLE IF NOT EXISTS (\\w+).*", Pattern.DOTALL);
    private static final Pattern MADE = Pattern.compile("(?:CONSTRAINT|UNIQUE INDEX IF NOT EXISTS) (\\w+)");
    private static final Pattern MANDATORY = Pattern.compile("(?m)^ {4}\"?([a-z_0-9]+)\"? [a-z].* NOT NULL");
    private static final Pattern QUOTED = Pattern.compile("\"(\\w+)\"");

    /** Kind and name of what can refuse, change or hide rows; a foreign key's own triggers are internal. */
    private static final String ON_TABLE = "SELECT kind, name FROM ("
            + "SELECT 'constraint' AS kind, conname AS name, conrelid AS relation FROM pg_catalog.pg_constraint"
            + " WHERE contype IN ('c', 'u', 'x', 'f')"
            + " UNION ALL SELECT 'unique index', c.relname, i.indrelid FROM pg_catalog.pg_index i"
            + " JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid WHERE i.indisunique AND NOT EXISTS (SELECT 1"
            + " FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid AND k.conrelid = i.indrelid)"
            + " UNION ALL SELECT 'trigger', tgname, tgrelid FROM pg_catalog.pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
            + " UNION ALL SELECT 'rule', rulename, ev_class FROM pg_catalog.pg_rewrite WHERE ev_enabled <> 'D'"
            + " UNION ALL SELECT 'row-level security of', relname, oid FROM pg_catalog.pg_class WHERE relrowsecurity"
            + " UNION ALL SELECT 'NOT NULL column', attname, attrelid FROM pg_catalog.pg_attribute"
            + " WHERE attnum > 0 AND NOT attisdropped AND attnotnull AND NOT atthasdef AND attidentity = ''"
            + ") AS found WHERE relation = to_regclass(?) ORDER BY kind, name";

    private OwnTables() {}

    /** The names, in the order of the schema. */
    public static List<String> names() {
        return List.copyOf(statements().keySet());
    }

    private static Map<String, String> statements() {
        Map<String, String> statements = new LinkedHashMap<>();
        for (String statement : Schema.statements()) {
            Matcher create = CREATE.matcher(statement);
            if (create.matches()) {
                statements.put(create.group(1), statement);
            }
        }
        return statements;
    }

    /**
     * If a constraint of one of these tables said no: which, and the cure. Of the server's text only names are taken that it
     * quotes in its first line, for the rest may quote the row.
     */
    public static Optional<String> refusal(SQLException e) {
        String first = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        List<String> quoted =
                QUOTED.matcher(first).results().map(match -> match.group(1)).toList();
        return names().stream()
                .filter(quoted::contains)
                .findFirst()
                .map(table -> "Tegula's own table " + table + " refused a row (SQLSTATE " + e.getSQLState() + "): "
                        + quoted.stream().filter(name -> !name.equals(table)).collect(Collectors.joining(", "))
                        + ". Something was put on that table that Tegula did not make; `tegula doctor` names it. Take it off"
                        + " the table and run the same again.");
    }

    /** What stands on these tables and is not Tegula's, and the cure; empty if nothing does. Takes no right but a login. */
    public static Optional<String> obstacle(Transactions transactions) {
        List<String> added = transactions.readCommitted(OwnTables::added);
        return added.isEmpty()
                ? Optional.empty()
                : Optional.of("Tegula's own tables have what Tegula did not make: " + String.join(", ", added)
                        + ". It can refuse, change or hide Tegula's rows in the middle of a rotation. Take it off these tables"
                        + " (psql's \\d shows it); columns of your own go into a table of your own.");
    }

    private static List<String> added(Session session) throws SQLException {
        Set<String> made = MADE.matcher(Schema.text())
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toSet());
        List<String> added = new ArrayList<>();
        for (Map.Entry<String, String> table : statements().entrySet()) {
            Set<String> mandatory = MANDATORY
                    .matcher(table.getValue())
                    .results()
                    .map(match -> match.group(1))
                    .collect(Collectors.toSet());
            try (PreparedStatement select = session.prepare(ON_TABLE)) {
                select.setString(1, table.getKey());
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        Set<String> ours = rows.getString(1).startsWith("NOT NULL") ? mandatory : made;
                        if (!ours.contains(rows.getString(2))) {
                            added.add(table.getKey() + ": " + rows.getString(1) + " " + rows.getString(2));
                        }
                    }
                }
            }
        }
        return added;
    }
}
