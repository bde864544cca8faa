package dev.tegula.operations.reencrypt;

import dev.tegula.envelope.KeyId;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.SqlFailures;
import dev.tegula.jdbc.SqlState;
import dev.tegula.jdbc.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A fence as the database has it.
 *
 * @param keys the keys it refuses; none if the constraint is not the one that Tegula writes, whatever its name
 * @param validated whether the database has looked at every row
 * @param names of the constraints: one, or two where {@link FenceRaise} was cut off; the last refuses what the others do
 */
record FenceCheck(Set<KeyId> keys, boolean validated, List<String> names) {

    /** A constraint is there already, or no longer. */
    private static final Set<String> OVERTAKEN = Set.of(SqlState.DUPLICATE_OBJECT, SqlState.UNDEFINED_OBJECT);

    private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");
    /** As servers print what {@link Fence} writes, under a search path of {@code pg_catalog} alone; anything else is no fence. */
    private static final String OURS =
            "CHECK \\(\\(+(?:\"substring\"\\((?:COLUMN|\\(COLUMN\\)::bytea), 3, 32\\)|SUBSTRING\\(COLUMN FROM 3 FOR 32\\))\\)?"
                    + " <> (?:ALL \\(ARRAY\\[(?:'\\\\x[0-9a-f]{64}'::bytea(?:, )?)+\\]\\)|'\\\\x[0-9a-f]{64}'::bytea)\\)+( NOT VALID)?";

    private static final String CHECKS = """
            SELECT k.conname, pg_get_constraintdef(k.oid), k.convalidated,
                (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = k.conrelid AND a.attnum = k.conkey[1])
            FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = ? AND c.relname = ? AND k.contype = 'c' AND k.conname\s""" + Fence.LIKE;
    /**
     * All fences of a table, by constraint name.
     *
     * @throws SQLException with SQLSTATE 40001, which is tried again, if one was replaced under the look: its row is of
     *     the statement's snapshot, its text of the present
     */
    static Map<String, FenceCheck> of(Session session, TableName table) throws SQLException {
        boolean alike = session.dialect().printsChecksAlike();
        if (alike) {
            // Of a domain's values, a function of a schema on the path would be printed as PostgreSQL's own.
            execute(session, "SET LOCAL search_path = pg_catalog");
        }
        Map<String, FenceCheck> checks = new HashMap<>();
        try (PreparedStatement statement = session.prepare(CHECKS)) {
            statement.setString(1, table.schema());
            statement.setString(2, table.name());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    String definition = row.getString(2);
                    if (definition == null) {
                        throw new SQLException("A fence was replaced meanwhile", SqlState.SERIALIZATION_FAILURE);
                    }
                    String name = row.getString(1);
                    String column = row.getString(4);
                    boolean ours = !alike || ours(name, column, definition);
                    boolean second = !alike && column != null && name.equals(Fence.second(column));
                    checks.merge(
                            second ? Fence.name(column) : name,
                            new FenceCheck(ours ? ids(definition) : Set.of(), row.getBoolean(3), List.of(name)),
                            FenceCheck::and);
                }
            }
        }
        return checks;
    }

    private FenceCheck and(FenceCheck other) {
        boolean wider = other.keys.containsAll(keys);
        FenceCheck wide = wider ? other : this;
        FenceCheck narrow = wider ? this : other;
        Set<KeyId> both = new HashSet<>(narrow.keys);
        both.addAll(wide.keys);
        return new FenceCheck(both, narrow.validated && wide.validated, List.of(narrow.name(), wide.name()));
    }

    /** The name of the constraint that refuses all of it. */
    String name() {
        return names.get(names.size() - 1);
    }

    /** Lets names stand for what the server has, as {@link #of} needs it; returns the path before, for {@link #restore}. */
    static String bare(Session session) throws SQLException {
        return session.dialect().printsChecksAlike() ? FenceTrigger.searchPath(session, "pg_catalog") : "";
    }

    /** Lets names stand for what the login means by them: Tegula's tables are found so. */
    static void restore(Session session, String path) throws SQLException {
        if (!path.isEmpty()) {
            FenceTrigger.searchPath(session, path);
        }
    }

    /** A constraint of the right name may say anything: of one that is not ours no key is believed. */
    private static boolean ours(String name, @Nullable String column, String definition) {
        if (column == null || !name.equals(Fence.name(column))) {
            return false;
        }
        String either = "(?:" + Pattern.quote(column) + "|" + Pattern.quote(Identifiers.quote(column)) + ")";
        return Pattern.matches(OURS.replace("COLUMN", either), definition);
    }

    /** The keys in the text of a fence. */
    static Set<KeyId> ids(String definition) {
        Set<KeyId> ids = new HashSet<>();
        Matcher matcher = ID.matcher(definition);
        while (matcher.find()) {
            ids.add(KeyId.ofHex(matcher.group()));
        }
        return ids;
    }

    /**
     * Runs DDL on fences.
     *
     * @throws SQLException with SQLSTATE 40001, which is tried again, if another host made or dropped the fence meanwhile
     */
    static void execute(Session session, String ddl) throws SQLException {
        try {
            session.execute(ddl);
        } catch (SQLException e) {
            if (OVERTAKEN.contains(SqlFailures.state(e))) {
                throw new SQLException("Another host changed the fence meanwhile", SqlState.SERIALIZATION_FAILURE, e);
            }
            throw e;
        }
    }
}
