package dev.tegula.operations.reencrypt;

import dev.tegula.envelope.EnvelopeHead;
import dev.tegula.jdbc.Dialect;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.Session;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * The compare-and-set of a batch: one UPDATE for all rows and all columns. A row is changed only if every value to be
 * replaced is still the one that was read (head with its nonce, tag, length, tenant) and nobody holds the row. It never
 * waits for a row, so it deadlocks with nobody; what it leaves comes back in the next pass.
 */
final class CompareAndSetQuery {

    private static final String SAVEPOINT = "tegula_swap";

    /**
     * The rows of a page are looked up by their key, whatever their number is; else each call would be planned again, for what an
     * eighth of the UPDATE costs. Until the end of the transaction, in which nothing is read after it but by key.
     */
    private static final String PLANNED_ONCE = "SET LOCAL plan_cache_mode = force_generic_plan; ";

    private final KeyPaging keys;
    private final List<Optional<String>> tenantColumns;
    private final String sql;
    private final String locking;

    CompareAndSetQuery(TableShape shape, List<String> columns, List<Optional<String>> tenantColumns, Dialect dialect) {
        this.keys = shape.keys();
        this.tenantColumns = List.copyOf(tenantColumns);
        String matched = matched(shape, columns, dialect);
        // One message: the savepoint before costs no round trip, and where the UPDATE fails it is there.
        this.sql = "SAVEPOINT " + SAVEPOINT + "; " + (dialect.keepsPlans() ? PLANNED_ONCE : "")
                + sql(shape, columns, matched, dialect) + "; RELEASE SAVEPOINT " + SAVEPOINT;
        this.locking = matched + " SELECT " + keys.text("l") + " FROM l";
    }

    /**
     * A row to change.
     *
     * @param key its key
     * @param cells for each column what was read, or null where nothing is to be replaced
     * @param values for each column the new value, or null where nothing is to be replaced
     */
    record ChangedRow(List<String> key, List<@Nullable Cell> cells, List<byte @Nullable []> values) {

        ChangedRow {
            for (int i = 0; i < values.size(); i++) {
                byte[] value = values.get(i);
                Cell cell = cells.get(i);
                if (value != null && (cell == null || value.length != cell.value().length)) {
                    throw new IllegalArgumentException("A value is as long under its new key as under the old one");
                }
            }
        }

        /** Values that would be replaced. */
        int size() {
            int size = 0;
            for (byte[] value : values) {
                size += value == null ? 0 : 1;
            }
            return size;
        }
    }

    /** The rows that are as they were read and that nobody holds, locked; each with the entry of the list that it fits. */
    private String matched(TableShape shape, List<String> columns, Dialect dialect) {
        StringJoiner names = new StringJoiner(", ");
        StringJoiner arrays = new StringJoiner(", ");
        keys.unnested(names, arrays);
        StringJoiner carried = new StringJoiner(", ");
        for (int i = 0; i < columns.size(); i++) {
            names.add("n" + i).add("m" + i);
            arrays.add("CAST(? AS bytea[])").add("CAST(? AS bytea[])");
            carried.add("v.n" + i).add("v.m" + i);
            if (tenantColumns.get(i).isPresent()) {
                names.add("t" + i);
                arrays.add("CAST(? AS text[])");
                carried.add("v.t" + i);
            }
        }
        return "WITH v AS (SELECT * FROM unnest(" + arrays + ") AS v(" + names + ")), l AS (SELECT "
                + keys.selected("t") + KeyPaging.selectedTable(dialect) + ", " + carried + " FROM "
                + shape.table().quoted() + " t JOIN v ON "
                + keys.joined("t", "v") + " WHERE " + unchanged(columns, "v")
                + " FOR NO KEY UPDATE OF t SKIP LOCKED)";
    }

    private String sql(TableShape shape, List<String> columns, String matched, Dialect dialect) {
        StringJoiner set = new StringJoiner(", ");
        for (int i = 0; i < columns.size(); i++) {
            String column = Identifiers.quote(columns.get(i));
            set.add(column + " = coalesce(l.n" + i + ", t." + column + ")");
        }
        // Once more of the very row: where a key names two rows after all, none gets what is for the other one.
        return matched + " UPDATE " + shape.table().quoted() + " t SET " + set + " FROM l WHERE " + keys.equal("t", "l")
                + KeyPaging.sameTable(dialect) + " AND " + unchanged(columns, "l") + " RETURNING "
                + keys.columnText("t");
    }

    /** The condition that every value of {@code t} that is to be replaced is what an entry of the list was made of. */
    private String unchanged(List<String> columns, String entry) {
        StringJoiner unchanged = new StringJoiner(" AND ");
        for (int i = 0; i < columns.size(); i++) {
            String column = Identifiers.quote(columns.get(i));
            String same = fingerprint("t." + column) + " = " + entry + ".m" + i + " AND octet_length(t." + column
                    + ") = octet_length(" + entry + ".n" + i + ")";
            if (tenantColumns.get(i).isPresent()) {
                same += " AND CAST(t." + Identifiers.quote(tenantColumns.get(i).get())
                        + " AS text) IS NOT DISTINCT FROM " + entry + ".t" + i;
            }
            unchanged.add("(" + entry + ".n" + i + " IS NULL OR (" + same + "))");
        }
        return unchanged.toString();
    }

    /** The head, which holds the nonce, and the tag. */
    private static String fingerprint(String column) {
        return "substring(" + column + " from 1 for " + EnvelopeHead.INNER_OFFSET + ") || substring(" + column
                + " from octet_length(" + column + ") - " + (EnvelopeHead.TAG_BYTES - 1) + ")";
    }

    private static byte @Nullable [] fingerprint(@Nullable Cell cell) {
        if (cell == null) {
            return null;
        }
        byte[] value = cell.value();
        byte[] print = Arrays.copyOf(value, EnvelopeHead.INNER_OFFSET + EnvelopeHead.TAG_BYTES);
        System.arraycopy(
                value, value.length - EnvelopeHead.TAG_BYTES, print, EnvelopeHead.INNER_OFFSET, EnvelopeHead.TAG_BYTES);
        return print;
    }

    /**
     * Runs it behind a savepoint and gives the keys of the rows it changed. Where it throws, {@link #undo} goes back to the
     * savepoint.
     */
    Set<List<String>> run(Session session, List<ChangedRow> rows) throws SQLException {
        return keys(session, sql, rows);
    }

    /** Takes back a {@link #run} that failed, so that the transaction can go on. */
    static void undo(Session session) throws SQLException {
        session.execute("ROLLBACK TO SAVEPOINT " + SAVEPOINT + "; RELEASE SAVEPOINT " + SAVEPOINT);
    }

    /** Locks the rows that could be changed, without waiting for any, and gives their keys. */
    Set<List<String>> lock(Session session, List<ChangedRow> rows) throws SQLException {
        return keys(session, locking, rows);
    }

    private Set<List<String>> keys(Session session, String statementText, List<ChangedRow> rows) throws SQLException {
        try (PreparedStatement statement = session.prepare(statementText)) {
            int at = keys.bind(
                    session, statement, rows.stream().map(ChangedRow::key).toList());
            for (int i = 0; i < tenantColumns.size(); i++) {
                at = bindColumn(session, statement, at, rows, i);
            }
            return keys.answered(statement);
        }
    }

    private int bindColumn(Session session, PreparedStatement statement, int at, List<ChangedRow> rows, int column)
            throws SQLException {
        List<byte @Nullable []> news = new ArrayList<>();
        List<byte @Nullable []> prints = new ArrayList<>();
        List<@Nullable String> tenants = new ArrayList<>();
        for (ChangedRow row : rows) {
            Cell cell = row.cells().get(column);
            byte[] value = row.values().get(column);
            boolean replaced = cell != null && value != null;
            news.add(replaced ? value : null);
            prints.add(replaced ? fingerprint(cell) : null);
            tenants.add(replaced ? cell.tenant().orElse(null) : null);
        }
        statement.setArray(at, SqlArrays.bytes(session, news));
        statement.setArray(at + 1, SqlArrays.bytes(session, prints));
        if (tenantColumns.get(column).isEmpty()) {
            return at + 2;
        }
        statement.setArray(at + 2, SqlArrays.texts(session, tenants));
        return at + 3;
    }
}
