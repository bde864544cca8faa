package dev.tegula.jdbc;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.EnvelopeHead;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks for the CHECK that {@code tegula schema checks} prints, which refuses what is no envelope. */
public final class PlaintextChecks {

    private static final String CHECKS = """
            SELECT pg_catalog.pg_get_constraintdef(k.oid), pg_catalog.quote_ident(a.attname) FROM pg_catalog.pg_constraint k
              JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
              JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND k.conkey = ARRAY[a.attnum]
              WHERE n.nspname = ? AND c.relname = ? AND a.attname = ? AND k.contype = 'c'""";

    /** The same of a domain's values, and what CockroachDB writes behind numbers. */
    private static final Pattern TYPES = Pattern.compile(":::?(bytea|BYTES|INT8)\\b");

    private static final Pattern BRACKETS = Pattern.compile("[() ]+");

    private PlaintextChecks() {}

    /**
     * Whether a CHECK keeps plaintext out of an encrypted column. Throws what {@link Transactions} throws.
     *
     * @param column the column, as the catalogue has it
     */
    public static boolean keepsOut(Transactions transactions, EncryptedColumn column) {
        return transactions.read(session -> keepsOut(session, column));
    }

    private static boolean keepsOut(Session session, EncryptedColumn column) throws SQLException {
        if (session.dialect().printsChecksAlike()) {
            // Of a domain's values, a function of a schema on the path would be printed as PostgreSQL's own.
            session.execute("SET LOCAL search_path = pg_catalog");
        }
        try (PreparedStatement select = session.prepare(CHECKS)) {
            select.setString(1, column.schema());
            select.setString(2, column.table());
            select.setString(3, column.column());
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    if (keepsOut(plain(rows.getString(1)), plain(rows.getString(2)))) {
                        return true;
                    }
                }
                return false;
            }
        }
    }

    /**
     * As servers write it back. Single words of it would also stand in one that allows everything, or that is not enforced; one
     * that is not valid yet keeps new rows out. Comparisons that only AND joins mean the same however they are bracketed.
     */
    private static boolean keepsOut(String check, String column) {
        String name = Pattern.quote(column);
        String suite = "get_byte " + name + " ?, 0 = 1";
        String size = "length " + name + " >= (\\d{1,9})( AND length " + name + " <= \\d+)?";
        Matcher ours = Pattern.compile(
                        "CHECK (?:" + suite + " AND " + size + "|" + size + " AND " + suite + ")( NOT VALID)?")
                .matcher(check);
        return ours.matches()
                && Integer.parseInt(ours.group(1) == null ? ours.group(3) : ours.group(1)) >= EnvelopeHead.MIN_BYTES;
    }

    private static String plain(String text) {
        return BRACKETS.matcher(TYPES.matcher(text).replaceAll(""))
                .replaceAll(" ")
                .strip();
    }
}
