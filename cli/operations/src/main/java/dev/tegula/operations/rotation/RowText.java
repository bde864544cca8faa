package dev.tegula.operations.rotation;

import dev.tegula.envelope.KeyId;
import dev.tegula.jdbc.Session;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Looks for a key id in the text of whole rows. The text is what the output functions of the columns give, by way of
 * {@code concat}: a cast to text could be one that the owner of the table made. It shows bytea, domains, arrays,
 * composites, and hex in json or text alike; hex that was itself stored as bytes is looked for too.
 */
final class RowText {

    private static final HexFormat HEX = HexFormat.of();

    private final String plain;
    private final String lowerInBytes;
    private final String upperInBytes;

    RowText(KeyId key) {
        this.plain = key.hex();
        this.lowerInBytes = HEX.formatHex(plain.getBytes(StandardCharsets.US_ASCII));
        this.upperInBytes = HEX.formatHex(plain.toUpperCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * What was seen.
     *
     * @param rows rows with the key id
     * @param bytes bytes of text looked at
     */
    record Seen(long rows, long bytes) {}

    /** Rows from a block on, before another; to the end where that is 0. */
    Seen between(Session session, Relation relation, long from, long to) throws SQLException {
        String where =
                " WHERE tegula_row.ctid >= CAST(? AS tid)" + (to == 0 ? "" : " AND tegula_row.ctid < CAST(? AS tid)");
        return seen(session, relation, where, tid(from), to == 0 ? null : tid(to));
    }

    /** Rows that were written by a transaction or by a later one. */
    Seen since(Session session, Relation relation, long transaction) throws SQLException {
        String where = " WHERE pg_catalog.age(tegula_row.xmin) <= pg_catalog.age(CAST(? AS xid))";
        return seen(session, relation, where, Long.toString(transaction & 0xffff_ffffL), null);
    }

    /** All rows. */
    Seen all(Session session, Relation relation) throws SQLException {
        return seen(session, relation, "", null, null);
    }

    /** Whether it is in a text, for what is not in rows: bytes are given as hex. */
    boolean in(String text) {
        // Text in a large object is hex in bytes here, and bytes are plain hex.
        return text.contains(plain) || text.contains(lowerInBytes) || text.contains(upperInBytes);
    }

    private static String tid(long block) {
        return "(" + block + ",0)";
    }

    private Seen seen(Session session, Relation relation, String where, @Nullable String first, @Nullable String second)
            throws SQLException {
        String sql =
                "SELECT pg_catalog.count(*) FILTER (WHERE pg_catalog.strpos(x, ?) > 0 OR pg_catalog.strpos(x, ?) > 0"
                        + " OR pg_catalog.strpos(x, ?) > 0), coalesce(pg_catalog.sum(pg_catalog.octet_length(x)), 0)"
                        + " FROM (SELECT pg_catalog.lower(pg_catalog.concat(tegula_row.*) COLLATE pg_catalog.\"C\") AS x FROM "
                        + (relation.foreign() ? "" : "ONLY ") + relation.quoted() + " AS tegula_row" + where
                        + " OFFSET 0) AS texts";
        try (PreparedStatement select = session.prepare(sql)) {
            int at = 1;
            select.setString(at++, plain);
            select.setString(at++, lowerInBytes);
            select.setString(at++, upperInBytes);
            if (first != null) {
                select.setString(at++, first);
            }
            if (second != null) {
                select.setString(at, second);
            }
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return new Seen(row.getLong(1), row.getLong(2));
            }
        }
    }
}
