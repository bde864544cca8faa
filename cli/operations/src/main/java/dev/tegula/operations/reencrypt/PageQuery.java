package dev.tegula.operations.reencrypt;

import dev.tegula.envelope.EnvelopeHead;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.TenantId;
import dev.tegula.jdbc.Dialect;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.Session;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Reads a table page by page in key order. One query bounds the rows looked at, the rows taken and the bytes taken: keys
 * and lengths decide, and only the values that fit are sent: of one that is larger than the limit only its head is.
 */
final class PageQuery {

    /**
     * What is read of one column.
     *
     * @param value SQL expression of type bytea, on row {@code t}
     * @param tenantColumn the column with the tenant, if there is one
     * @param interest makes of the value, as SQL, the condition for values of interest; no text is replaced, for names may hold any
     * @param ids the key ids that are its one parameter, or empty if it has none
     */
    record ColumnFilter(String value, Optional<String> tenantColumn, UnaryOperator<String> interest, List<KeyId> ids) {

        /** Values of a column. */
        static ColumnFilter of(
                String column, Optional<String> tenantColumn, UnaryOperator<String> interest, List<KeyId> ids) {
            return new ColumnFilter("t." + Identifiers.quote(column), tenantColumn, interest, ids);
        }

        /** All values of a column. */
        static ColumnFilter all(String column, Optional<String> tenantColumn) {
            return of(column, tenantColumn, ColumnFilter::held, List.of());
        }

        static String held(String value) {
            return value + " IS NOT NULL";
        }

        /** Values under one of the keys. */
        static ColumnFilter under(String column, Optional<String> tenantColumn, List<KeyId> ids) {
            return of(column, tenantColumn, value -> "substring(" + value + " from 3 for 32) = ANY (?)", ids);
        }
    }

    /** One more than a tenant may have bytes: what is cut here is refused as too long. */
    private static final int TENANT_CHARACTERS = TenantId.MAX_BYTES + 1;

    private static final int PER_COLUMN = 4;

    private final TableShape shape;
    private final List<ColumnFilter> wanted;
    private final Dialect dialect;
    private final String selectedInner;
    private final String any;
    /** Whether a value was met that is too long for a page that is not cut by bytes. */
    private volatile boolean wide;

    PageQuery(TableShape shape, List<ColumnFilter> wanted, Dialect dialect) {
        this.shape = shape;
        this.wanted = List.copyOf(wanted);
        this.dialect = dialect;
        this.selectedInner = each(this::inner, ", ");
        this.any = "(" + each(i -> "p.h" + i, " OR ") + ")";
    }

    private String inner(int i) {
        ColumnFilter column = wanted.get(i);
        String name = column.value();
        String tenant = column.tenantColumn()
                .map(t -> "left(CAST(t." + Identifiers.quote(t) + " AS text), " + TENANT_CHARACTERS + ")")
                .orElse("CAST(NULL AS text)");
        return "coalesce(" + column.interest().apply(name) + ", false) AS h" + i + ", " + name + " AS c" + i + ", "
                + tenant + " AS t" + i;
    }

    /** Length, head and hash of a value that is too large, which stays in the database; else the value. */
    private String value(int i, long limit) {
        String held = "q.taken AND q.h" + i;
        String large = "octet_length(q.c" + i + ") > " + limit;
        return "CASE WHEN " + held + " THEN CASE WHEN " + large + " THEN substring(q.c" + i + " from 1 for "
                + EnvelopeHead.SALT_OFFSET + ") ELSE q.c" + i + " END END, CASE WHEN " + held + " AND " + large
                + " THEN octet_length(q.c" + i + ") END, CASE WHEN " + held + " AND " + large + " THEN "
                + dialect.sha256("q.c" + i) + " END, q.t" + i;
    }

    /** The bytes that are sent of a value. */
    private static String sent(int i, long limit) {
        String length = "octet_length(p.c" + i + ")";
        return "CASE WHEN p.h" + i + " AND " + length + " <= " + limit + " THEN " + length + " ELSE 0 END";
    }

    /** Reads the page behind {@code after} (null: from the start) up to {@code upTo} (null: to the end), inclusive. */
    Page read(Session session, @Nullable List<String> after, @Nullable List<String> upTo, Bounds bounds)
            throws SQLException {
        if (bounds.rows() == bounds.scan() && !wide) {
            Optional<Page> dense = dense(session, after, upTo, bounds);
            if (dense.isPresent()) {
                return dense.get();
            }
            wide = true;
        }
        return sparse(session, after, upTo, bounds);
    }

    private String where(@Nullable List<String> after, @Nullable List<String> upTo) {
        KeyPaging keys = shape.keys();
        StringJoiner where = new StringJoiner(" AND ", " WHERE ", "").setEmptyValue("");
        if (after != null) {
            where.add(keys.compared("t", ">"));
        }
        if (upTo != null) {
            where.add(keys.compared("t", "<="));
        }
        return where.toString();
    }

    /**
     * The page where every row that is looked at may be taken: without window functions, which cost as much as the read. Empty
     * if a value is so long that the page may have to be cut by bytes; then {@link #sparse} reads it.
     */
    private Optional<Page> dense(
            Session session, @Nullable List<String> after, @Nullable List<String> upTo, Bounds bounds)
            throws SQLException {
        KeyPaging keys = shape.keys();
        long longest = bounds.bytes() / bounds.rows() / wanted.size();
        // What differs from page to page is a parameter: a text that stays is planned once and sends bytes as bytes.
        String sql = "SELECT " + keys.text("p") + ", "
                + each(
                        i -> "p.h" + i + ", CASE WHEN p.h" + i + " AND octet_length(p.c" + i + ") <= ? THEN p.c" + i
                                + " END, p.t" + i,
                        ", ")
                + " FROM (SELECT " + keys.selected("t") + ", " + selectedInner + " FROM "
                + shape.table().quoted() + " t" + where(after, upTo)
                + " ORDER BY " + keys.order("t") + " LIMIT ?) p ORDER BY " + keys.aliases("p.");
        try (PreparedStatement statement = session.prepare(sql)) {
            int at = 1;
            for (int i = 0; i < wanted.size(); i++) {
                statement.setLong(at++, longest);
            }
            for (ColumnFilter column : wanted) {
                if (!column.ids().isEmpty()) {
                    statement.setArray(at++, SqlArrays.keyIds(session, column.ids()));
                }
            }
            at = bind(statement, at, after);
            at = bind(statement, at, upTo);
            statement.setInt(at, bounds.rows());
            try (ResultSet rows = statement.executeQuery()) {
                return densePage(rows);
            }
        }
    }

    private Optional<Page> densePage(ResultSet rows) throws SQLException {
        int keys = shape.keys().size();
        List<Page.Row> taken = new ArrayList<>();
        int scanned = 0;
        List<String> last = null;
        while (rows.next()) {
            List<String> key = key(rows, 1);
            List<@Nullable Cell> cells = new ArrayList<>(wanted.size());
            boolean any = false;
            for (int i = 0; i < wanted.size(); i++) {
                int at = keys + 1 + 3 * i;
                byte[] value = rows.getBytes(at + 1);
                boolean held = rows.getBoolean(at);
                if (held && value == null) {
                    return Optional.empty();
                }
                any |= held;
                cells.add(value == null ? null : new Cell(value, Optional.ofNullable(rows.getString(at + 2))));
            }
            if (any) {
                taken.add(new Page.Row(key, cells));
            }
            scanned++;
            last = key;
        }
        return Optional.of(new Page(taken, false, scanned, last));
    }

    private List<String> key(ResultSet rows, int first) throws SQLException {
        List<String> key = new ArrayList<>(shape.keys().size());
        for (int i = 0; i < shape.keys().size(); i++) {
            key.add(rows.getString(first + i));
        }
        return key;
    }

    private Page sparse(Session session, @Nullable List<String> after, @Nullable List<String> upTo, Bounds bounds)
            throws SQLException {
        KeyPaging keys = shape.keys();
        String sql = "SELECT q.taken, q.n, q.scanned, " + keys.text("q") + ", "
                + each(i -> value(i, bounds.valueBytes()), ", ") + " FROM (SELECT w.*,"
                + " w.hit AND w.n <= ? AND (w.n = 1 OR w.bytes <= ?) AS taken FROM (SELECT p.*, " + any + " AS hit,"
                + " row_number() OVER k AS pos, count(*) OVER () AS scanned, sum(CASE WHEN " + any
                + " THEN 1 ELSE 0 END) OVER k AS n, sum("
                + each(i -> sent(i, bounds.valueBytes()), " + ") + ") OVER k AS bytes FROM (SELECT "
                + keys.selected("t") + ", " + selectedInner + " FROM "
                + shape.table().quoted() + " t" + where(after, upTo)
                + " ORDER BY " + keys.order("t") + " LIMIT ?) p WINDOW k AS (ORDER BY " + keys.aliases("p.")
                + " ROWS UNBOUNDED PRECEDING)) w) q WHERE q.taken OR q.pos = q.scanned ORDER BY q.pos";
        try (PreparedStatement statement = session.prepare(sql)) {
            int at = 1;
            statement.setInt(at++, bounds.rows());
            statement.setLong(at++, bounds.bytes());
            for (ColumnFilter column : wanted) {
                if (!column.ids().isEmpty()) {
                    statement.setArray(at++, SqlArrays.keyIds(session, column.ids()));
                }
            }
            at = bind(statement, at, after);
            at = bind(statement, at, upTo);
            statement.setInt(at, bounds.scan());
            try (ResultSet rows = statement.executeQuery()) {
                return page(rows);
            }
        }
    }

    /**
     * The limits of one page.
     *
     * @param rows rows taken at most
     * @param bytes bytes taken at most; one row is always taken
     * @param scan rows looked at, at most
     * @param valueBytes bytes of one value at most
     */
    record Bounds(int rows, long bytes, int scan, long valueBytes) {

        /** A page has no more bytes than one value may have. */
        static Bounds of(SweepSettings settings, int rows, int scan) {
            return new Bounds(
                    rows, Math.min(settings.batchBytes(), settings.valueBytes()), scan, settings.valueBytes());
        }
    }

    private Page page(ResultSet rows) throws SQLException {
        List<Page.Row> taken = new ArrayList<>();
        boolean cut = false;
        int scanned = 0;
        List<String> last = null;
        int keys = shape.keys().size();
        while (rows.next()) {
            List<String> key = key(rows, 4);
            if (rows.getBoolean(1)) {
                taken.add(new Page.Row(key, cells(rows, 4 + keys)));
            }
            cut = rows.getLong(2) > taken.size();
            scanned = rows.getInt(3);
            last = key;
        }
        return new Page(taken, cut, scanned, last);
    }

    private List<@Nullable Cell> cells(ResultSet rows, int first) throws SQLException {
        List<@Nullable Cell> cells = new ArrayList<>(wanted.size());
        for (int i = 0; i < wanted.size(); i++) {
            int at = first + PER_COLUMN * i;
            byte[] value = rows.getBytes(at);
            byte[] sha256 = rows.getBytes(at + 2);
            Optional<String> tenant = Optional.ofNullable(rows.getString(at + 3));
            if (value == null) {
                cells.add(null);
            } else if (sha256 == null) {
                cells.add(new Cell(value, tenant));
            } else {
                cells.add(Cell.tooLarge(value, rows.getLong(at + 1), sha256, tenant));
            }
        }
        return cells;
    }

    private static int bind(PreparedStatement statement, int at, @Nullable List<String> key) throws SQLException {
        int next = at;
        if (key != null) {
            for (String part : key) {
                statement.setString(next++, part);
            }
        }
        return next;
    }

    private String each(IntFunction<String> part, String separator) {
        StringJoiner joined = new StringJoiner(separator);
        for (int i = 0; i < wanted.size(); i++) {
            joined.add(part.apply(i));
        }
        return joined.toString();
    }
}
