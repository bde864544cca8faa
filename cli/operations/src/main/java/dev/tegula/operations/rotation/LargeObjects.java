package dev.tegula.operations.rotation;

import dev.tegula.envelope.KeyId;
import dev.tegula.jdbc.Session;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Looks for a key id in large objects, in pieces that overlap. */
final class LargeObjects {

    private static final int PIECE = 1 << 20;
    private static final int OVERLAP = 256;

    private LargeObjects() {}

    /** How many hold it. A failure of a server that lets us not read one is thrown as it is. */
    static long count(Session session, KeyId key) throws SQLException {
        RowText text = new RowText(key);
        long found = 0;
        for (long oid : oids(session)) {
            if (holds(session, text, oid)) {
                found++;
            }
        }
        return found;
    }

    private static List<Long> oids(Session session) throws SQLException {
        List<Long> oids = new ArrayList<>();
        try (PreparedStatement select =
                        session.prepare("SELECT oid FROM pg_catalog.pg_largeobject_metadata ORDER BY oid");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                oids.add(row.getLong(1));
            }
        }
        return oids;
    }

    private static boolean holds(Session session, RowText text, long oid) throws SQLException {
        String sql = "SELECT pg_catalog.octet_length(piece), pg_catalog.encode(piece, 'hex')"
                + " FROM (SELECT pg_catalog.lo_get(CAST(? AS oid), ?, ?) AS piece) AS pieces";
        try (PreparedStatement select = session.prepare(sql)) {
            for (long at = 0; ; at += PIECE) {
                select.setLong(1, oid);
                select.setLong(2, at);
                select.setInt(3, PIECE + OVERLAP);
                try (ResultSet row = select.executeQuery()) {
                    row.next();
                    if (text.in(row.getString(2))) {
                        return true;
                    }
                    if (row.getInt(1) < PIECE + OVERLAP) {
                        return false;
                    }
                }
            }
        }
    }
}
