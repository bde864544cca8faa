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
    private static final Pattern DEFAULT = Pattern.compile("(?m)^ {4}\"?([a-z_0-9]+)\"? [a-z].* DEFAULT (.+?),?$");
    private static final Pattern QUOTED = Pattern.compile("\"(\\w+)\"");

    private static final String NOT_NULL = "NOT NULL column";
    private static final String NO_DEFAULT = "no default of column";
    /** One that is neither BEFORE nor INSTEAD OF nor a constraint, by a function of this role or a superuser. */
    private static final String AFTER = "AFTER trigger";

    /**
     * Kind and name of what can refuse, change or hide rows, and the statement that undoes it; a foreign key's own triggers
     * are internal. Every column without a default is among them: which should have one, the script says.
     */
    private static final String ON_TABLE = "SELECT kind, name, pg_catalog.format(undo, ?::text, name) FROM ("
            + "SELECT 'constraint' AS kind, conname AS name, conrelid AS relation, 'ALTER TABLE %1$I DROP CONSTRAINT %2$I' AS undo"
            + " FROM pg_catalog.pg_constraint WHERE contype IN ('c', 'u', 'x', 'f')"
            + " UNION ALL SELECT 'unique index', c.relname, i.indrelid, 'DROP INDEX %2$I' FROM pg_catalog.pg_index i"
            + " JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid WHERE i.indisunique AND NOT EXISTS (SELECT 1"
            + " FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid AND k.conrelid = i.indrelid)"
            + " UNION ALL SELECT CASE WHEN (t.tgtype & 66) = 0 AND t.tgconstraint = 0 AND (r.rolsuper OR r.rolname = current_user)"
            + " THEN '" + AFTER + "' ELSE 'trigger' END, t.tgname, t.tgrelid, 'DROP TRIGGER %2$I ON %1$I'"
            + " FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_proc f ON f.oid = t.tgfoid"
            + " JOIN pg_catalog.pg_roles r ON r.oid = f.proowner WHERE NOT t.tgisinternal AND t.tgenabled <> 'D'"
            + " UNION ALL SELECT 'rule', rulename, ev_class, 'DROP RULE %2$I ON %1$I' FROM pg_catalog.pg_rewrite"
            + " WHERE ev_enabled <> 'D'"
            + " UNION ALL SELECT 'row-level security of', relname, oid, 'ALTER TABLE %1$I DISABLE ROW LEVEL SECURITY'"
            + " FROM pg_catalog.pg_class WHERE relrowsecurity"
            + " UNION ALL SELECT '" + NOT_NULL
            + "', attname, attrelid, 'ALTER TABLE %1$I ALTER COLUMN %2$I DROP NOT NULL'"
            + " FROM pg_catalog.pg_attribute"
            + " WHERE attnum > 0 AND NOT attisdropped AND attnotnull AND NOT atthasdef AND attidentity = ''"
            + " UNION ALL SELECT '" + NO_DEFAULT
            + "', attname, attrelid, 'ALTER TABLE %1$I ALTER COLUMN %2$I SET DEFAULT '"
            + " FROM pg_catalog.pg_attribute WHERE attnum > 0 AND NOT attisdropped AND NOT atthasdef AND attidentity = ''"
            + ") AS found WHERE relation = pg_catalog.to_regclass(?) ORDER BY kind, name";

    /** The one that a rotation of secrets makes; on any other column of these tables nothing is fenced. */
    private static final String FENCE_OF_SECRETS = Identifiers.FENCE + "value";

    private OwnTables() {}

    /** The names, in the order of the schema. */
    public static List<String> names() {
        return List.copyOf(statements().keySet());
    }

    private static Map<String, String> statements() {
        Map<String, String> statements = new LinkedHashMap<>();
        for (String statement : SchemaScript.statements()) {
            Matcher create = CREATE.matcher(statement);
            if (create.matches()) {
                statements.put(create.group(1), statement);
            }
        }
        return statements;
    }

    /**
     * If a constraint of one of these tables said no: which, and the cure. Of the server's text only names are taken that it
     * quotes in its first line, for the rest may quote the row; and none of what a function says, which may quote anything.
     */
    public static Optional<String> refusal(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        boolean bySomeFunction = String.valueOf(e.getMessage()).contains("PL/pgSQL");
        if (!(state.startsWith("23") || state.startsWith("44")) || bySomeFunction) {
            return Optional.empty();
        }
        String first = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        List<String> quoted =
                QUOTED.matcher(first).results().map(match -> match.group(1)).toList();
        return names().stream()
                .filter(quoted::contains)
                .findFirst()
                .map(table -> "Tegula's own table " + table + " refused a row (SQLSTATE " + e.getSQLState() + "): "
                        + quoted.stream().filter(name -> !name.equals(table)).collect(Collectors.joining(", "))
                        + ". Something was put on that table that Tegula did not make, or an earlier build made it:"
                        + " `tegula doctor` names it and what mends it. Then run the same again.");
    }

    /**
     * What stands on these tables and is not Tegula's, or was taken off them, each with the statement that undoes it. Names are
     * compared, not the expressions of constraints. Takes no right but a login.
     *
     * @param obstacle what can refuse, change or hide rows, as sentences; empty if nothing can
     * @param watchers AFTER triggers by functions of the login or a superuser, as sentences; empty if there are none. They run
     *     when the row is written; what they do then is their owner's business, so they may be accepted
     */
    public record Additions(Optional<String> obstacle, Optional<String> watchers) {}

    /** Looks for them. CockroachDB, which describes its tables in other words, is not asked. */
    public static Additions additions(Transactions transactions) {
        if (!transactions.dialect().describesTables()) {
            return new Additions(Optional.empty(), Optional.empty());
        }
        Map<Boolean, List<String>> byWatching = transactions.read(OwnTables::changed).stream()
                .collect(Collectors.partitioningBy(
                        change -> change.kind().equals(AFTER), Collectors.mapping(Change::text, Collectors.toList())));
        return new Additions(
                sentence(
                        "Tegula's own tables are not as Tegula made them: ",
                        byWatching.getOrDefault(false, List.of()),
                        ". This can refuse, change or hide Tegula's rows in the middle of a rotation. Undo it as the owner of"
                                + " the tables, by the statement in brackets; columns of your own go into a table of your own."),
                sentence(
                        "Tegula's own tables have triggers that are not Tegula's: ",
                        byWatching.getOrDefault(true, List.of()),
                        ". They see wrapped keys, names of fields and tenants, and no values; what they raise refuses a row in the"
                                + " middle of a rotation. Accept them with --accept-triggers, or undo them as the owner of the tables,"
                                + " by the statement in brackets."));
    }

    private static Optional<String> sentence(String start, List<String> changes, String end) {
        return changes.isEmpty() ? Optional.empty() : Optional.of(start + String.join("; ", changes) + end);
    }

    /** One addition, or one thing that is missing. */
    private record Change(String kind, String text) {}

    private static List<Change> changed(Session session) throws SQLException {
        Set<String> made = MADE.matcher(SchemaScript.text())
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toSet());
        List<Change> changed = new ArrayList<>();
        for (Map.Entry<String, String> table : statements().entrySet()) {
            Map<String, String> mandatory = columns(MANDATORY, table.getValue());
            Map<String, String> defaults = columns(DEFAULT, table.getValue());
            try (PreparedStatement select = session.prepare(ON_TABLE)) {
                select.setString(1, table.getKey());
                select.setString(2, table.getKey());
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        String kind = rows.getString(1);
                        String name = rows.getString(2);
                        String value = kind.equals(NO_DEFAULT) ? defaults.get(name) : "";
                        boolean ours = kind.equals(NOT_NULL)
                                ? mandatory.containsKey(name)
                                : made.contains(name) || name.equals(FENCE_OF_SECRETS) || AppendOnly.isName(name);
                        if (value != null && !ours) {
                            changed.add(new Change(
                                    kind,
                                    table.getKey() + ": " + kind + " " + name + " (" + rows.getString(3) + value
                                            + ")"));
                        }
                    }
                }
            }
        }
        return changed;
    }

    private static Map<String, String> columns(Pattern pattern, String statement) {
        return pattern.matcher(statement)
                .results()
                .collect(Collectors.toMap(match -> match.group(1), match -> match.group(match.groupCount())));
    }
}
