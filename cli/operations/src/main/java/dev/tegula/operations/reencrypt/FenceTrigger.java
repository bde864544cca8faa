package dev.tegula.operations.reencrypt;

import dev.tegula.envelope.KeyId;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.SqlState;
import dev.tegula.jdbc.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.regex.Pattern;

/**
 * The fence of PostgreSQL that stands beside readers: a row trigger with the name of the CHECK, which refuses with the same
 * SQLSTATE and words. Making it takes SHARE ROW EXCLUSIVE, for which only writers have to end. It fires AFTER, so that it
 * sees the row as other triggers left it, as a CHECK does; ALWAYS, so that {@code session_replication_role} does not go
 * round it. The keys are in its WHEN: the server follows the column when it is renamed, and does not let it be dropped.
 */
final class FenceTrigger {

    private static final String BODY = """
             BEGIN
               RAISE EXCEPTION USING ERRCODE = '23514', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME,
                 MESSAGE = pg_catalog.concat('new row for relation "', TG_TABLE_NAME, '" violates check constraint "', TG_NAME, '"');
             END""";

    private static final String PARTS = """
            WITH RECURSIVE part AS (
              SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE n.nspname = ? AND c.relname = ?
              UNION SELECT i.inhrelid FROM pg_inherits i JOIN part p ON p.oid = i.inhparent)
            """;

    /** Each column of the table beside the trigger that each of its parts has for it, if that trigger is enabled and runs our function. */
    private static final String TRIGGERS = PARTS + """
            SELECT n.nspname, c.relname, t.tgname, pg_get_triggerdef(t.oid)
            FROM part p JOIN pg_class c ON c.oid = p.oid JOIN pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN (pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid JOIN pg_language l ON l.oid = f.prolang
              JOIN pg_roles r ON r.oid = f.proowner)
            ON t.tgrelid = p.oid AND t.tgname\s""" + Fence.LIKE + " AND t.tgenabled = 'A' " + """
            AND f.prosrc = ? AND l.lanname = 'plpgsql' AND NOT f.prosecdef
            AND f.proconfig = ARRAY['search_path=pg_catalog, pg_temp'] AND (r.rolsuper OR r.rolname = current_user)""";

    private static final String COLUMNS = """
            SELECT a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = ? AND c.relname = ? AND a.attnum > 0 AND NOT a.attisdropped""";

    /** Where a trigger has to be made: on a partitioned table once, else on each table that inherits too. */
    private static final String PLACES = PARTS + """
            SELECT n.nspname, c.relname FROM part p JOIN pg_class c ON c.oid = p.oid
            JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT c.relispartition OR n.nspname = ? AND c.relname = ?""";

    private static final String NAMED = PARTS + """
            SELECT n.nspname, c.relname, t.tgname FROM part p JOIN pg_class c ON c.oid = p.oid
            JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_trigger t ON t.tgrelid = p.oid
            WHERE t.tgparentid = 0 AND NOT t.tgisinternal AND t.tgname = ANY (?)""";

    /** The function, if nobody needs it and this role may drop it. */
    private static final String UNUSED = """
            SELECT 1 FROM pg_proc f JOIN pg_namespace n ON n.oid = f.pronamespace
            WHERE n.nspname = ? AND f.proname = ? AND f.pronargs = 0 AND f.prosrc = ? AND pg_has_role(f.proowner, 'USAGE')
              AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.refclassid = CAST('pg_proc' AS regclass) AND d.refobjid = f.oid)""";

    private FenceTrigger() {}

    /**
     * The keys that triggers of the table and of all its parts refuse, by fence name. Those of a trigger that is not the one
     * that Tegula writes, whose function is another's, or that a part lacks, are not believed.
     *
     * @throws SQLException with SQLSTATE 40001, which is tried again, if one was replaced under the look
     */
    static Map<String, Set<KeyId>> of(Session session, TableName table) throws SQLException {
        String path = searchPath(session, "pg_catalog");
        Map<String, String> columns = columns(session, table);
        Map<TableName, Map<String, Set<KeyId>>> parts = new HashMap<>();
        definitions(session, table).forEach((part, triggers) -> {
            Map<String, Set<KeyId>> ofPart = new HashMap<>();
            triggers.forEach((name, definition) -> {
                String column = columns.get(name);
                if (column != null
                        && pattern(name, column, part, table)
                                .matcher(definition)
                                .matches()) {
                    ofPart.put(name, FenceCheck.ids(definition));
                }
            });
            parts.put(part, ofPart);
        });
        searchPath(session, path);
        return everywhere(parts);
    }

    /**
     * For the table and all its parts the triggers that are enabled and run our function, by name, as the server prints them.
     *
     * @throws SQLException with SQLSTATE 40001, which is tried again, if one was replaced under the look
     */
    static Map<TableName, Map<String, String>> definitions(Session session, TableName table) throws SQLException {
        Map<TableName, Map<String, String>> parts = new HashMap<>();
        try (PreparedStatement select = session.prepare(TRIGGERS)) {
            select.setString(1, table.schema());
            select.setString(2, table.name());
            select.setString(3, BODY);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    TableName part = new TableName(row.getString(1), row.getString(2));
                    Map<String, String> ofPart = parts.computeIfAbsent(part, p -> new HashMap<>());
                    String name = row.getString(3);
                    String definition = row.getString(4);
                    if (name != null && definition == null) {
                        throw new SQLException("A fence was replaced meanwhile", SqlState.SERIALIZATION_FAILURE);
                    }
                    if (name != null) {
                        ofPart.put(name, definition);
                    }
                }
            }
        }
        return parts;
    }

    private static Map<String, Set<KeyId>> everywhere(Map<TableName, Map<String, Set<KeyId>>> parts) {
        Map<String, Set<KeyId>> all = new HashMap<>();
        parts.values().forEach(part -> part.forEach((name, keys) -> all.put(name, new HashSet<>(keys))));
        parts.values().forEach(part -> all.forEach((name, keys) -> keys.retainAll(part.getOrDefault(name, Set.of()))));
        all.values().removeIf(Set::isEmpty);
        return all;
    }

    /** As servers print it under a search path of {@code pg_catalog} alone; anything else is no fence. */
    private static Pattern pattern(String name, String column, TableName part, TableName table) {
        String value = "new\\." + either(column);
        String key = "'\\\\x[0-9a-f]{64}'::bytea";
        return Pattern.compile("CREATE TRIGGER " + either(name) + " AFTER INSERT OR UPDATE ON " + either(part.schema())
                + "\\." + either(part.name()) + " FOR EACH ROW WHEN \\(\\((?:\"substring\"\\((?:" + value
                + "|\\(" + value + "\\)::bytea), 3, 32\\)|SUBSTRING\\(" + value
                + " FROM 3 FOR 32\\)) = (?:ANY \\(ARRAY\\[(?:" + key
                + "(?:, )?)+\\]\\)|" + key + ")\\)\\) EXECUTE FUNCTION "
                + either(table.schema()) + "\\." + either(function(table)) + "\\(\\)");
    }

    static String either(String name) {
        return "(?:" + Pattern.quote(name) + "|" + Pattern.quote(Identifiers.quote(name)) + ")";
    }

    /** The columns of the table, by the name of their fence. */
    static Map<String, String> columns(Session session, TableName table) throws SQLException {
        Map<String, String> columns = new HashMap<>();
        try (PreparedStatement select = session.prepare(COLUMNS)) {
            select.setString(1, table.schema());
            select.setString(2, table.name());
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    columns.put(Fence.name(row.getString(1)), row.getString(1));
                }
            }
        }
        return columns;
    }

    /** Sets it for the transaction; returns what it was. */
    static String searchPath(Session session, String path) throws SQLException {
        try (PreparedStatement select =
                session.prepare("SELECT current_setting('search_path'), set_config('search_path', ?, true)")) {
            select.setString(1, path);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }

    /** Waits for writers, not for readers, until the transaction ends. */
    static void lock(Session session, TableName table) throws SQLException {
        execute(session, "LOCK TABLE " + table.quoted() + " IN SHARE ROW EXCLUSIVE MODE");
    }

    /** Makes or replaces the triggers, all in this transaction, which has locked the table. */
    static void raise(Session session, TableName table, SortedMap<String, Set<KeyId>> keys) throws SQLException {
        for (Map.Entry<String, Set<KeyId>> column : keys.entrySet()) {
            raise(
                    session,
                    table,
                    column.getKey(),
                    "INSERT OR UPDATE",
                    Fence.under("NEW.", column.getKey(), column.getValue()));
        }
    }

    /** Makes or replaces the trigger of a column that refuses rows by any condition, as the other {@code raise} does. */
    static void raise(Session session, TableName table, String column, String events, String condition)
            throws SQLException {
        String function = function(session, table);
        // Without OR REPLACE a second fence of a column waits for the CHECK.
        String create = session.dialect().replacesTriggers() ? "CREATE OR REPLACE TRIGGER " : "CREATE TRIGGER ";
        String name = Identifiers.quote(Fence.name(column));
        for (TableName place : places(session, table)) {
            execute(
                    session,
                    create + name + " AFTER " + events + " ON " + place.quoted() + " FOR EACH ROW WHEN (" + condition
                            + ") EXECUTE FUNCTION " + function);
            execute(session, "ALTER TABLE " + place.quoted() + " ENABLE ALWAYS TRIGGER " + name);
        }
    }

    static List<TableName> places(Session session, TableName table) throws SQLException {
        List<TableName> places = new ArrayList<>();
        try (PreparedStatement select = session.prepare(PLACES)) {
            for (int i = 1; i <= 4; i += 2) {
                select.setString(i, table.schema());
                select.setString(i + 1, table.name());
            }
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    places.add(new TableName(row.getString(1), row.getString(2)));
                }
            }
        }
        return places;
    }

    /** Removes triggers of these names, whatever they say, and the function if nothing else needs it. Needs the lock that a CHECK needs. */
    static void drop(Session session, TableName table, Set<String> names) throws SQLException {
        List<String> drops = new ArrayList<>();
        try (PreparedStatement select = session.prepare(NAMED)) {
            select.setString(1, table.schema());
            select.setString(2, table.name());
            select.setArray(3, SqlArrays.texts(session, List.copyOf(names)));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    drops.add("DROP TRIGGER " + Identifiers.quote(row.getString(3)) + " ON "
                            + new TableName(row.getString(1), row.getString(2)).quoted());
                }
            }
        }
        for (String drop : drops) {
            FenceCheck.execute(session, drop);
        }
        if (!drops.isEmpty() && unused(session, table)) {
            FenceCheck.execute(
                    session, "DROP FUNCTION " + new TableName(table.schema(), function(table)).quoted() + "()");
        }
    }

    private static boolean unused(Session session, TableName table) throws SQLException {
        try (PreparedStatement select = session.prepare(UNUSED)) {
            select.setString(1, table.schema());
            select.setString(2, function(table));
            select.setString(3, BODY);
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        }
    }

    /** Makes the function that refuses, or replaces it; returns it as SQL calls it. */
    static String function(Session session, TableName table) throws SQLException {
        String function = new TableName(table.schema(), function(table)).quoted() + "()";
        execute(
                session,
                "CREATE OR REPLACE FUNCTION " + function + " RETURNS trigger LANGUAGE plpgsql"
                        + " SET search_path = pg_catalog, pg_temp AS $tegula$" + BODY + "$tegula$");
        return function;
    }

    /** The name of the function of a table, in the table's schema. */
    static String function(TableName table) {
        return Identifiers.fitted(Identifiers.FENCE, table.name());
    }

    private static void execute(Session session, String ddl) throws SQLException {
        session.execute(ddl);
    }
}
