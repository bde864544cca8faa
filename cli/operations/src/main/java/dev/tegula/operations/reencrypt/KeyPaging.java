package dev.tegula.operations.reencrypt;

import dev.tegula.envelope.RowId;
import dev.tegula.jdbc.Dialect;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.Session;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Function;

/**
 * The SQL of paging by key: keys travel as text and are cast back to their column's type, so that every type works. The
 * aliases of the key columns are k1, k2 and so on.
 */
record KeyPaging(List<KeyColumn> columns) {

    /** A text of a thousand commas gets no thousand look-ups. */
    private static final int MOST_NAMED = 16;

    KeyPaging {
        columns = List.copyOf(columns);
    }

    int size() {
        return columns.size();
    }

    /** Those that are columns of the table; without {@link KeyColumn#TABLE}, which no application knows. */
    KeyPaging own() {
        int last = columns.size() - 1;
        return columns.contains(KeyColumn.TABLE) ? new KeyPaging(columns.subList(0, last)) : this;
    }

    /** For example {@code t."id" AS k1, t."part" AS k2}. */
    String selected(String table) {
        return each(i -> table + "." + Identifiers.quote(columns.get(i).name()) + " AS k" + (i + 1), ", ");
    }

    /** For example {@code CAST(q.k1 AS text), CAST(q.k2 AS text)}. */
    String text(String alias) {
        return each(i -> "CAST(" + alias + ".k" + (i + 1) + " AS text)", ", ");
    }

    /** The same of the table's own columns. */
    String columnText(String table) {
        return each(
                i -> "CAST(" + table + "." + Identifiers.quote(columns.get(i).name()) + " AS text)", ", ");
    }

    /** For example {@code t."id", t."part"}. */
    String order(String table) {
        return each(i -> table + "." + Identifiers.quote(columns.get(i).name()), ", ");
    }

    /** For example {@code k1, k2}. */
    String aliases(String prefix) {
        return each(i -> prefix + "k" + (i + 1), ", ");
    }

    /** For example {@code k1 DESC, k2 DESC}. */
    String descending(String prefix) {
        return each(i -> prefix + "k" + (i + 1) + " DESC", ", ");
    }

    /** For example {@code (t."id", t."part") > (CAST(? AS bigint), CAST(? AS uuid))}. */
    String compared(String table, String operator) {
        return "(" + order(table) + ") " + operator + " (" + each(i -> cast("?", i), ", ") + ")";
    }

    /** For example {@code t."id" = CAST(v.k1 AS bigint) AND …}. */
    String joined(String table, String other) {
        return each(
                i -> table + "." + Identifiers.quote(columns.get(i).name()) + " = " + cast(other + ".k" + (i + 1), i),
                " AND ");
    }

    /** For example {@code t."id" = l.k1 AND …}; both sides have the column's type. */
    String equal(String table, String other) {
        return each(
                i -> table + "." + Identifiers.quote(columns.get(i).name()) + " = " + other + ".k" + (i + 1), " AND ");
    }

    /** What {@code l} says of where its row stands, to be selected behind the key; empty where rows do not tell. */
    static String selectedTable(Dialect dialect) {
        return dialect.tellsTables() ? ", t.tableoid AS l_table" : "";
    }

    /**
     * The condition that {@code t} is that very row, behind {@link #equal}: a table may inherit from it since the shape was read, and
     * have the same keys.
     */
    static String sameTable(Dialect dialect) {
        return dialect.tellsTables() ? " AND t.tableoid = l.l_table" : "";
    }

    /** Adds names and arrays of the keys for {@code unnest(…) AS v(k1, k2, …)}; {@link #bind} fills them. */
    void unnested(StringJoiner names, StringJoiner arrays) {
        for (int k = 1; k <= size(); k++) {
            names.add("k" + k);
            arrays.add("CAST(? AS text[])");
        }
    }

    /** Binds the arrays that {@link #unnested} made, which are the first parameters. Returns the number of the next one. */
    int bind(Session session, PreparedStatement statement, List<List<String>> keys) throws SQLException {
        for (int k = 0; k < size(); k++) {
            int part = k;
            List<String> parts = keys.stream().map(key -> key.get(part)).toList();
            statement.setArray(k + 1, SqlArrays.texts(session, parts));
        }
        return size() + 1;
    }

    /**
     * Runs what answers with nothing but keys, as {@link #text} and {@link #columnText} select them. It may be several statements,
     * of which one answers.
     */
    Set<List<String>> answered(PreparedStatement statement) throws SQLException {
        Set<List<String>> keys = new HashSet<>();
        boolean rows = statement.execute();
        while (!rows) {
            if (statement.getUpdateCount() < 0) {
                throw new IllegalStateException("No statement of these answers with keys");
            }
            rows = statement.getMoreResults();
        }
        try (ResultSet result = statement.getResultSet()) {
            while (result.next()) {
                List<String> key = new ArrayList<>();
                for (int k = 1; k <= size(); k++) {
                    key.add(result.getString(k));
                }
                keys.add(key);
            }
        }
        return keys;
    }

    /**
     * The row id of a key, for values that are bound to their rows; {@link RowBinding#require} has looked at the types.
     *
     * @throws dev.tegula.failure.MalformedException if a text is no Unicode
     */
    RowId rowId(List<String> key) {
        List<KeyColumn> own = own().columns();
        byte[][] items = new byte[own.size()][];
        for (int i = 0; i < items.length; i++) {
            items[i] = RowBinding.item(own.get(i), key.get(i));
        }
        return RowId.of(items);
    }

    /** A key as people read it, for example {@code id=42}. */
    String shown(List<String> key) {
        return each(i -> columns.get(i).name() + "=" + key.get(i), ", ");
    }

    /**
     * The keys that people read as this text, the most likely first: {@link #shown} backwards. There are several where a text within a key
     * looks like the next column of it; none if it is no key of these columns.
     */
    List<List<String>> named(String shown) {
        List<List<String>> found = new ArrayList<>();
        name(shown, 0, new ArrayList<>(), found);
        return found;
    }

    private void name(String rest, int i, List<String> before, List<List<String>> found) {
        String begin = columns.get(i).name() + "=";
        if (!rest.startsWith(begin)) {
            return;
        }
        String value = rest.substring(begin.length());
        if (i == columns.size() - 1) {
            List<String> key = new ArrayList<>(before);
            key.add(value);
            found.add(key);
            return;
        }
        String next = ", " + columns.get(i + 1).name() + "=";
        for (int at = value.indexOf(next); at >= 0 && found.size() < MOST_NAMED; at = value.indexOf(next, at + 1)) {
            List<String> key = new ArrayList<>(before);
            key.add(value.substring(0, at));
            name(value.substring(at + 2), i + 1, key, found);
        }
    }

    private String cast(String expression, int i) {
        return "CAST(" + expression + " AS " + columns.get(i).cast() + ")";
    }

    private String each(Function<Integer, String> part, String separator) {
        StringJoiner joined = new StringJoiner(separator);
        for (int i = 0; i < columns.size(); i++) {
            joined.add(part.apply(i));
        }
        return joined.toString();
    }
}
