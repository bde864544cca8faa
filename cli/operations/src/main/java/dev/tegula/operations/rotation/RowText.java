package dev.tegula.operations.rotation;

import dev.tegula.envelope.EnvelopeHead;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Suite;
import dev.tegula.jdbc.Session;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Looks for a key id in the text of whole rows. The text is what the output functions of the columns give, by way of
 * {@code concat}: a cast to text could be one that the owner of the table made. It shows bytea, domains, arrays,
 * composites, and hex in json or text alike. An envelope in base64 of either alphabet, as the text form has it and as
 * programs write bytes into JSON, is found by the 42 characters that are those of its key id whatever its mode is. Hex and
 * base64 that were themselves stored as bytes are looked for too. All is compared in lower case: of a server's text that
 * costs least, and 42 characters are still enough to be no chance.
 */
final class RowText {

    private static final HexFormat HEX = HexFormat.of();

    /** Of the base64 of an envelope, the characters that the key id alone decides. */
    private static final int FIRST_OF_KEY_ID = 3;

    private static final int BEHIND_KEY_ID = 45;

    private static final String TEXT = "pg_catalog.concat(tegula_row.*) COLLATE pg_catalog.\"C\"";

    /** Functions take no text with a collation there, and concat no rows; nobody can make a cast. */
    private static final String TEXT_OF_COCKROACHDB = "CAST(row_to_json(tegula_row) AS text)";

    /** What stands in bytes that are shown in hexadecimal. */
    private final List<String> ofBytes;

    /** The same, and what stands in text that is in lower case. */
    private final List<String> all;

    RowText(KeyId key) {
        List<String> base64 = Stream.of(Base64.getUrlEncoder(), Base64.getEncoder())
                .map(encoder -> encoder.encodeToString(head(key)).substring(FIRST_OF_KEY_ID, BEHIND_KEY_ID))
                .distinct()
                .toList();
        Stream<String> inBytes = Stream.concat(
                        Stream.of(key.hex(), key.hex().toUpperCase(Locale.ROOT)), base64.stream())
                .map(text -> HEX.formatHex(text.getBytes(StandardCharsets.US_ASCII)));
        this.ofBytes = Stream.concat(Stream.of(key.hex()), inBytes).toList();
        this.all = Stream.concat(ofBytes.stream(), base64.stream().map(text -> text.toLowerCase(Locale.ROOT)))
                .toList();
    }

    private static byte[] head(KeyId key) {
        byte[] head = new byte[EnvelopeHead.SALT_OFFSET];
        head[0] = Suite.XAES_256_GCM.id();
        System.arraycopy(key.bytes(), 0, head, EnvelopeHead.KEY_ID_OFFSET, KeyId.SIZE_BYTES);
        return head;
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
        return ofBytes.stream().anyMatch(text::contains);
    }

    private static String tid(long block) {
        return "(" + block + ",0)";
    }

    private Seen seen(Session session, Relation relation, String where, @Nullable String first, @Nullable String second)
            throws SQLException {
        String found = all.stream().map(text -> "pg_catalog.strpos(x, ?) > 0").collect(Collectors.joining(" OR "));
        String sql = "SELECT pg_catalog.count(*) FILTER (WHERE " + found
                + "), coalesce(pg_catalog.sum(pg_catalog.octet_length(x)), 0)"
                + " FROM (SELECT pg_catalog.lower(" + session.dialect().sql(TEXT, TEXT_OF_COCKROACHDB) + ") AS x FROM "
                + (relation.foreign() ? "" : "ONLY ") + relation.quoted() + " AS tegula_row" + where
                + " OFFSET 0) AS texts";
        try (PreparedStatement select = session.prepare(sql)) {
            int at = 1;
            for (String text : all) {
                select.setString(at++, text);
            }
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
