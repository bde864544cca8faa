package dev.tegula.operations.reencrypt;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.jdbc.Session;
import dev.tegula.operations.reencrypt.Finding.Kind;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Looks at some values of a column for those that are no envelopes: all of a table of moderate size, else a sample. */
final class ValueCheck {

    private static final int LOOKED_AT = 200_000;
    private static final int SHOWN = 3;

    private ValueCheck() {}

    static List<Finding> table(Session session, TableShape shape, List<EncryptedColumn> columns, long estimatedRows)
            throws SQLException {
        List<Finding> findings = new ArrayList<>();
        for (EncryptedColumn column : columns) {
            List<String> rows = rows(session, shape, column, "");
            if (rows.isEmpty() && estimatedRows > LOOKED_AT && session.dialect().drawsSamples()) {
                rows = rows(
                        session,
                        shape,
                        column,
                        String.format(
                                Locale.ROOT,
                                " TABLESAMPLE SYSTEM (%.6f)",
                                Math.min(100, 1e2 * LOOKED_AT / estimatedRows)));
            }
            if (!rows.isEmpty()) {
                findings.add(new Finding(
                        Kind.NOT_ENVELOPES,
                        column.label(),
                        column.label() + " holds values that are no envelopes, for example in row "
                                + String.join("; ", rows)
                                + ": this looks like plaintext that was never encrypted. `tegula verify "
                                + column.field()
                                + "` lists all of them by primary key; write each again through the application, or set it"
                                + " to NULL. Or rotate what can be rotated with --accept-bad-values: they stay as they"
                                + " are, and the old key stays in use."));
            }
        }
        return findings;
    }

    /** Rows of the first values in stored order, or of a sample, that do not start like an envelope. */
    private static List<String> rows(Session session, TableShape shape, EncryptedColumn column, String sample)
            throws SQLException {
        String name = Identifiers.quote(column.column());
        KeyPaging keys = shape.keys();
        String sql = "SELECT " + keys.text("p") + " FROM (SELECT " + keys.selected("t") + ", t." + name + " AS c FROM "
                + shape.table().quoted() + " t" + sample + " LIMIT " + LOOKED_AT
                + ") p WHERE substring(p.c from 1 for 1) <> '\\x01'::bytea LIMIT " + SHOWN;
        List<String> rows = new ArrayList<>();
        try (PreparedStatement select = session.prepare(sql);
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                List<String> key = new ArrayList<>();
                for (int i = 1; i <= keys.size(); i++) {
                    key.add(row.getString(i));
                }
                rows.add(keys.shown(key));
            }
        }
        return rows;
    }
}
