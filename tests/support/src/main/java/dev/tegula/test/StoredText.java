package dev.tegula.test;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.JDBCType;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;

/** A text in the forms in which a database could hold it, sought in whatever it holds. Bytes are looked at as Latin-1. */
final class StoredText {

    private static final int SHORTEST = 4;
    private static final Charset LATIN = StandardCharsets.ISO_8859_1;
    private static final Set<String> TABLES = Set.of(
            "TABLE",
            "BASE TABLE",
            "PARTITIONED TABLE",
            "FOREIGN TABLE",
            "MATERIALIZED VIEW",
            "LOCAL TEMPORARY",
            "GLOBAL TEMPORARY",
            "TEMPORARY TABLE");
    private static final Set<String> OF_THE_DATABASE = Set.of("information_schema", "pg_catalog", "crdb_internal");
    private static final Set<JDBCType> BYTES =
            Set.of(JDBCType.BINARY, JDBCType.VARBINARY, JDBCType.LONGVARBINARY, JDBCType.BLOB);

    private final Map<String, String> forms = new LinkedHashMap<>();

    StoredText(String value) {
        if (value.length() < SHORTEST) {
            throw new IllegalArgumentException("Look for " + SHORTEST + " characters or more, not " + value.length()
                    + ": shorter texts are found by chance.");
        }
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        forms.put("text", new String(utf8, LATIN));
        forms.put("UTF-16 text", new String(value.getBytes(StandardCharsets.UTF_16BE), LATIN));
        forms.put("little-endian UTF-16 text", new String(value.getBytes(StandardCharsets.UTF_16LE), LATIN));
        forms.put("hexadecimal", HexFormat.of().formatHex(utf8));
        for (int shift = 0; shift < 3; shift++) {
            base64(utf8, shift);
        }
    }

    /** Base64 of a text inside a longer one depends on where in it the text begins: three ways, without the edges. */
    private void base64(byte[] utf8, int shift) {
        byte[] shifted = new byte[shift + utf8.length];
        System.arraycopy(utf8, 0, shifted, shift, utf8.length);
        int from = (shift * 8 + 5) / 6;
        int to = shifted.length * 8 / 6;
        forms.put("base64 " + shift, Base64.getEncoder().encodeToString(shifted).substring(from, to));
        forms.put(
                "base64url " + shift,
                Base64.getUrlEncoder().encodeToString(shifted).substring(from, to));
    }

    void assertAbsent(DataSource database) {
        try (Connection connection = database.getConnection()) {
            List<String> found = new ArrayList<>();
            long rows = 0;
            for (Table table : tables(connection)) {
                long here = search(connection, table, found);
                rows += table.name().startsWith("tegula_") ? 0 : here;
            }
            if (!found.isEmpty()) {
                throw new AssertionError("The value is stored in clear: " + String.join(", ", found) + ".");
            }
            if (rows == 0) {
                throw new AssertionError("Nothing was looked at: no table of the application has a row. Is this the"
                        + " right database, and is the transaction committed?");
            }
        } catch (SQLException e) {
            throw new IllegalStateException("The database could not be searched", e);
        }
    }

    /** The form in which a cell holds the text. */
    Optional<String> formIn(String cell) {
        String small = cell.toLowerCase(Locale.ROOT);
        return forms.entrySet().stream()
                .filter(form -> (form.getKey().equals("hexadecimal") ? small : cell).contains(form.getValue()))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private record Table(String schema, String name) {
        String quoted(String quote) {
            String table = quote + name.replace(quote, quote + quote) + quote;
            return schema.isEmpty() ? table : quote + schema.replace(quote, quote + quote) + quote + "." + table;
        }
    }

    private static List<Table> tables(Connection connection) throws SQLException {
        List<Table> tables = new ArrayList<>();
        try (ResultSet all = connection.getMetaData().getTables(null, null, "%", null)) {
            while (all.next()) {
                String schema = all.getString("TABLE_SCHEM") == null ? "" : all.getString("TABLE_SCHEM");
                String name = all.getString("TABLE_NAME");
                if (holdsLargeObjects(connection, schema, name)
                        || (TABLES.contains(String.valueOf(all.getString("TABLE_TYPE")))
                                && !OF_THE_DATABASE.contains(schema.toLowerCase(Locale.ROOT)))) {
                    tables.add(new Table(schema, name));
                }
            }
        }
        return tables;
    }

    /** A {@code @Lob} of PostgreSQL is only a number in its own table. */
    private static boolean holdsLargeObjects(Connection connection, String schema, String name) throws SQLException {
        if (!schema.equals("pg_catalog") || !name.equals("pg_largeobject")) {
            return false;
        }
        try (Statement statement = connection.createStatement();
                ResultSet readable =
                        statement.executeQuery("select has_table_privilege('pg_catalog.pg_largeobject', 'SELECT')")) {
            return readable.next() && readable.getBoolean(1);
        }
    }

    private long search(Connection connection, Table table, List<String> found) throws SQLException {
        String sql = "select * from " + table.quoted(connection.getMetaData().getIdentifierQuoteString());
        long rows = 0;
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            ResultSetMetaData columns = result.getMetaData();
            for (; result.next(); rows++) {
                for (int i = 1; i <= columns.getColumnCount(); i++) {
                    String place = table.schema() + "." + table.name() + "." + columns.getColumnName(i);
                    formIn(cell(result, i, columns.getColumnType(i)))
                            .map(form -> place + " as " + form)
                            .filter(line -> !found.contains(line))
                            .ifPresent(found::add);
                }
            }
        }
        return rows;
    }

    private static String cell(ResultSet row, int column, int type) throws SQLException {
        if (BYTES.stream().anyMatch(bytes -> bytes.getVendorTypeNumber() == type)) {
            byte[] bytes = row.getBytes(column);
            return bytes == null ? "" : new String(bytes, LATIN);
        }
        String text = row.getString(column);
        return text == null ? "" : new String(text.getBytes(StandardCharsets.UTF_8), LATIN);
    }
}
