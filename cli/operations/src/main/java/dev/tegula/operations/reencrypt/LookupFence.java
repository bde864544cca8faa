package dev.tegula.operations.reencrypt;

import dev.tegula.envelope.KeyId;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.SqlState;
import dev.tegula.jdbc.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The fence of PostgreSQL that looks keys up, for columns whose tenants have keys of their own: two row triggers that refuse
 * like the CHECK. A list of key ids in a definition would grow with every tenant and every rotation; here the definition has
 * a number, and {@code tegula_refused} has the ids that this number refuses. Refused is also what {@code tegula_key} does not
 * know, or has as RETIRED or DESTROYED. A row that stays under its envelope may be updated in other columns.
 *
 * <p>The function that looks runs with the rights of the operator's role, because who writes the table need not see Tegula's
 * tables. It reads what is committed at that moment; a transaction that sees one moment alone is refused with SQLSTATE 40001 if
 * the fence was raised after it: the key that was raised last stands in the function, of which the server always runs the
 * present one, and must be among the rows that the transaction sees.
 */
final class LookupFence {

    private static final String INSERTED = " of new rows";
    private static final String UPDATED = " of changed rows";

    /** A quoted name, where the function names Tegula's schema. */
    private static final String NAME = "\"(?:[^\"]|\"\")+\"";

    private static final String BODY = """
             DECLARE
               at_one_moment CONSTANT boolean := current_setting('transaction_isolation') IN ('repeatable read', 'serializable');
               kept text;
             BEGIN
               IF EXISTS (SELECT 1 FROM SCHEMA.tegula_refused f WHERE f.fence = $1 AND f.key_id = $2) THEN
                 RETURN true;
               END IF;
               SELECT k.state INTO kept FROM SCHEMA.tegula_key k WHERE k.key_id = $2;
               IF kept IN ('RETIRED', 'DESTROYED') THEN
                 RETURN true;
               END IF;
               IF at_one_moment AND (kept IS NULL OR NOT EXISTS (
                   SELECT 1 FROM SCHEMA.tegula_refused f WHERE f.fence = FENCE AND f.key_id = decode('KEYID', 'hex'))) THEN
                 RAISE EXCEPTION USING ERRCODE = '40001',
                   MESSAGE = 'could not serialize access due to keys that changed since the transaction began (tegula_refused)';
               END IF;
               RETURN kept IS NULL;
             END""";

    private static final Pattern OURS = Pattern.compile(Pattern.quote(BODY.replaceFirst("SCHEMA", "FIRST"))
            .replace("FIRST", unquote("(?<schema>" + NAME + ")"))
            .replace("SCHEMA", unquote("\\k<schema>"))
            .replace("FENCE", unquote("(?<number>[0-9]{1,19})"))
            .replace("KEYID", unquote("(?<last>[0-9a-f]{64})")));

    /** The function that looks, if it is ours in all but where Tegula's tables are and what was raised last. */
    private static final String FUNCTION = """
            SELECT f.prosrc FROM pg_proc f JOIN pg_namespace n ON n.oid = f.pronamespace
            JOIN pg_language l ON l.oid = f.prolang JOIN pg_roles r ON r.oid = f.proowner
            WHERE n.nspname = ? AND f.proname = ? AND f.proargtypes = CAST('20 17' AS oidvector)
              AND f.prorettype = CAST('bool' AS regtype) AND f.prokind = 'f' AND NOT f.proretset AND l.lanname = 'plpgsql'
              AND f.prosecdef AND f.proisstrict AND f.provolatile = 'v'
              AND f.proconfig = ARRAY['search_path=pg_catalog, pg_temp', 'enable_seqscan=off']
              AND (r.rolsuper OR r.rolname = current_user)""";

    private static final String SCHEMA = """
            SELECT n.nspname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.oid = pg_catalog.to_regclass('tegula_refused')""";

    private LookupFence() {}

    /**
     * The fence of one column.
     *
     * @param schema where Tegula's tables are
     * @param number what {@code tegula_refused} calls it
     */
    record Standing(String schema, long number) {

        String rows() {
            return new TableName(schema, "tegula_refused").quoted();
        }
    }

    private static String unquote(String regex) {
        return "\\E" + regex + "\\Q";
    }

    /** The names of the triggers of a column. */
    static Set<String> names(String column) {
        return Set.of(inserted(column), updated(column));
    }

    private static String inserted(String column) {
        return Identifiers.fitted(Identifiers.FENCE, column + INSERTED);
    }

    private static String updated(String column) {
        return Identifiers.fitted(Identifiers.FENCE, column + UPDATED);
    }

    /** Where the tables are that the login means by their names; empty if there is no {@code tegula_refused}. */
    static Optional<String> schema(Session session) throws SQLException {
        try (PreparedStatement select = session.prepare(SCHEMA);
                ResultSet row = select.executeQuery()) {
            return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
        }
    }

    /**
     * The fences that are believed, by column: both triggers are Tegula's, on the table and all its parts, with one number, and so
     * are their functions. Needs a search path of {@code pg_catalog}, as {@link FenceCheck#bare} sets it.
     *
     * @throws SQLException with SQLSTATE 40001, which is tried again, if one was replaced under the look
     */
    static Map<String, Standing> of(Session session, TableName table) throws SQLException {
        Optional<String> schema = trusted(session, table);
        if (schema.isEmpty()) {
            return Map.of();
        }
        Map<TableName, Map<String, String>> parts = FenceTrigger.definitions(session, table);
        Map<String, Standing> standing = new HashMap<>();
        for (String column : FenceTrigger.columns(session, table).values()) {
            Set<Long> numbers = new HashSet<>();
            boolean everywhere = true;
            for (Map.Entry<TableName, Map<String, String>> part : parts.entrySet()) {
                for (boolean update : List.of(false, true)) {
                    String name = update ? updated(column) : inserted(column);
                    Matcher matcher = pattern(name, column, part.getKey(), table, update)
                            .matcher(part.getValue().getOrDefault(name, ""));
                    everywhere &= matcher.matches();
                    if (everywhere) {
                        numbers.add(Long.parseLong(matcher.group("number")));
                    }
                }
            }
            if (everywhere && numbers.size() == 1) {
                standing.put(
                        column, new Standing(schema.get(), numbers.iterator().next()));
            }
        }
        return standing;
    }

    private static Optional<String> trusted(Session session, TableName table) throws SQLException {
        return looking(session, table).map(function -> unquoted(function.group("schema")));
    }

    /**
     * The statement that adds the row to the list which the function looks for to tell whether a transaction sees the list as it is;
     * empty if the row is there. Without it each write that sees one moment alone is a conflict, however often it is tried again.
     */
    static Optional<String> unlisted(Session session, TableName table) throws SQLException {
        Optional<Matcher> function = looking(session, table);
        if (function.isEmpty()) {
            return Optional.empty();
        }
        Standing fence = new Standing(
                unquoted(function.get().group("schema")),
                Long.parseLong(function.get().group("number")));
        KeyId last = KeyId.ofHex(function.get().group("last"));
        return refused(session, fence, Set.of(last)).isEmpty()
                ? Optional.of("INSERT INTO " + fence.rows() + " (fence, key_id) VALUES (" + fence.number() + ", '\\x"
                        + last.hex() + "')")
                : Optional.empty();
    }

    /** The function that looks, if it is ours. */
    private static Optional<Matcher> looking(Session session, TableName table) throws SQLException {
        try (PreparedStatement select = session.prepare(FUNCTION)) {
            select.setString(1, table.schema());
            select.setString(2, FenceTrigger.function(table));
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                Matcher matcher = OURS.matcher(row.getString(1));
                return matcher.matches() ? Optional.of(matcher) : Optional.empty();
            }
        }
    }

    private static String unquoted(String quoted) {
        return quoted.substring(1, quoted.length() - 1).replace("\"\"", "\"");
    }

    /** As servers print it under a search path of {@code pg_catalog} alone; anything else is no fence. */
    private static Pattern pattern(String name, String column, TableName part, TableName table, boolean update) {
        String function =
                FenceTrigger.either(table.schema()) + "\\." + FenceTrigger.either(FenceTrigger.function(table));
        String looks = function + "\\('(?<number>[0-9]+)'::bigint, " + cut("new", column, 3, 32) + "\\)";
        String condition = update
                ? "\\(\\(" + cut("new", column, 1, 58) + " IS DISTINCT FROM " + cut("old", column, 1, 58) + "\\) AND "
                        + looks + "\\)"
                : looks;
        return Pattern.compile(
                "CREATE TRIGGER " + FenceTrigger.either(name) + " AFTER " + (update ? "UPDATE" : "INSERT")
                        + " ON " + FenceTrigger.either(part.schema()) + "\\." + FenceTrigger.either(part.name())
                        + " FOR EACH ROW WHEN \\(" + condition + "\\) EXECUTE FUNCTION " + function + "\\(\\)");
    }

    private static String cut(String row, String column, int from, int bytes) {
        String value = row + "\\." + FenceTrigger.either(column);
        return "\"substring\"\\((?:" + value + "|\\(" + value + "\\)::bytea), " + from + ", " + bytes + "\\)";
    }

    /** Those of the keys that a fence has in its list. */
    static Set<KeyId> refused(Session session, Standing fence, Collection<KeyId> keys) throws SQLException {
        Set<KeyId> refused = new HashSet<>();
        try (PreparedStatement select = session.prepare(
                "SELECT f.key_id FROM " + fence.rows() + " f WHERE f.fence = ? AND f.key_id = ANY (?)")) {
            select.setLong(1, fence.number());
            select.setArray(2, SqlArrays.keyIds(session, keys));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    refused.add(KeyId.copyOf(row.getBytes(1)));
                }
            }
        }
        return refused;
    }

    /** Whether no row is under a key of the list. */
    static boolean none(Session session, TableName table, String column, Standing fence) throws SQLException {
        FenceCheck.bare(session);
        try (PreparedStatement select = session.prepare("SELECT NOT EXISTS (SELECT 1 FROM " + table.quoted()
                + " t WHERE pg_catalog.substring(t." + Identifiers.quote(column) + ", 3, 32) IN (SELECT f.key_id FROM "
                + fence.rows() + " f WHERE f.fence = ?))")) {
            select.setLong(1, fence.number());
            try (ResultSet row = select.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    /** How many of the keys the registry of this schema has. */
    static int known(Session session, String schema, Collection<KeyId> keys) throws SQLException {
        try (PreparedStatement select = session.prepare("SELECT count(*) FROM "
                + new TableName(schema, "tegula_key").quoted() + " k WHERE k.key_id = ANY (?)")) {
            select.setArray(1, SqlArrays.keyIds(session, keys));
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    /** Adds keys to the list of a fence. */
    static void add(Session session, Standing fence, Collection<KeyId> keys) throws SQLException {
        try (PreparedStatement insert = session.prepare("INSERT INTO " + fence.rows()
                + " (fence, key_id) SELECT ?, pg_catalog.unnest(?) ON CONFLICT DO NOTHING")) {
            insert.setLong(1, fence.number());
            insert.setArray(2, SqlArrays.keyIds(session, keys));
            insert.executeUpdate();
        }
    }

    /** Makes the function that looks, or replaces it; {@code last} is a row of its list that this transaction added. */
    static void replaceFunction(Session session, TableName table, Standing fence, KeyId last) throws SQLException {
        String function = looking(table);
        session.execute("CREATE OR REPLACE FUNCTION " + function
                + " RETURNS boolean LANGUAGE plpgsql VOLATILE STRICT SECURITY DEFINER"
                + " SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS '"
                + body(fence, last).replace("'", "''") + "'");
        session.execute("ALTER FUNCTION " + function + " OWNER TO CURRENT_USER");
        session.execute("GRANT EXECUTE ON FUNCTION " + function + " TO PUBLIC");
    }

    /** The name of the schema comes last: it may hold any of the words. */
    private static String body(Standing fence, KeyId last) {
        return BODY.replace("FENCE", Long.toString(fence.number()))
                .replace("KEYID", last.hex())
                .replace("SCHEMA", Identifiers.quote(fence.schema()));
    }

    private static String looking(TableName table) {
        return new TableName(table.schema(), FenceTrigger.function(table)).quoted() + "(bigint, bytea)";
    }

    /** Makes or replaces the triggers of a column, in a transaction that has locked the table. */
    static void make(Session session, TableName table, String column, long number) throws SQLException {
        String name = Identifiers.quote(column);
        String call = new TableName(table.schema(), FenceTrigger.function(table)).quoted();
        String looks = call + "('" + number + "'::bigint, pg_catalog.substring(NEW." + name + ", 3, 32))";
        String changed = "pg_catalog.substring(NEW." + name + ", 1, 58) IS DISTINCT FROM pg_catalog.substring(OLD."
                + name + ", 1, 58) AND ";
        for (TableName place : FenceTrigger.places(session, table)) {
            trigger(session, place, inserted(column), "INSERT", looks, call);
            trigger(session, place, updated(column), "UPDATE", changed + looks, call);
        }
    }

    private static void trigger(
            Session session, TableName place, String name, String event, String when, String function)
            throws SQLException {
        String quoted = Identifiers.quote(name);
        if (!session.dialect().replacesTriggers()) {
            session.execute("DROP TRIGGER IF EXISTS " + quoted + " ON " + place.quoted());
        }
        session.execute((session.dialect().replacesTriggers() ? "CREATE OR REPLACE" : "CREATE") + " TRIGGER " + quoted
                + " AFTER " + event + " ON " + place.quoted() + " FOR EACH ROW WHEN (" + when + ") EXECUTE FUNCTION "
                + function + "()");
        session.execute("ALTER TABLE " + place.quoted() + " ENABLE ALWAYS TRIGGER " + quoted);
    }

    /** That no part of it was made by somebody meanwhile is looked at once more, under the lock. */
    static SQLException notBelieved() {
        return new SQLException("The trigger is not believed", SqlState.INSUFFICIENT_PRIVILEGE);
    }
}
