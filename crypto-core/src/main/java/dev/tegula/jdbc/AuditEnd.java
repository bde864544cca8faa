package dev.tegula.jdbc;

import dev.tegula.audit.AuditHead;
import dev.tegula.audit.ToldEntry;
import dev.tegula.registry.RegistrySeal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Where a chain goes on whose head is not to be believed, or behind whose head there are rows. Looks at two pages of rows at most,
 * however many somebody has put there: the chain is locked meanwhile.
 *
 * @param genuine the last entry that verifies, as far as was looked; 0 without one
 * @param mac its MAC; zeros without one
 * @param seq the place behind which there is room
 */
record AuditEnd(long genuine, String mac, long seq) {

    /** Nobody writes so many entries: rows beyond are not looked at, so that there is always room behind the last one. */
    private static final long FARTHEST = 1L << 62;

    private static final String BEHIND = AuditRows.SELECT + " WHERE chain = ? AND seq > ? AND seq < " + FARTHEST
            + " ORDER BY seq LIMIT " + AuditRows.PAGE;
    private static final String NEWEST =
            AuditRows.SELECT + " WHERE chain = ? AND seq < " + FARTHEST + " ORDER BY seq DESC LIMIT " + AuditRows.PAGE;

    /**
     * Looks for it.
     *
     * @param head the head, if its seal verifies
     * @param entries how many there is to be room for
     */
    static AuditEnd of(Session session, RegistrySeal seal, int chain, Optional<AuditHead> head, int entries)
            throws SQLException {
        AuditEnd known =
                head.map(h -> new AuditEnd(h.seq(), h.mac(), h.seq())).orElse(new AuditEnd(0, ToldEntry.NOTHING, 0));
        if (head.isPresent()) {
            List<AuditRows.Row> rows = rows(session, BEHIND, chain, known.seq());
            AuditEnd end = known.behind(rows, seal, entries);
            if (rows.size() < AuditRows.PAGE) {
                return end;
            }
        }
        return known.behind(rows(session, NEWEST, chain), seal, entries);
    }

    private AuditEnd behind(List<AuditRows.Row> rows, RegistrySeal seal, int entries) {
        AuditEnd last = this;
        TreeSet<Long> places = new TreeSet<>();
        for (AuditRows.Row row : rows) {
            places.add(row.seq());
            if (row.seq() > last.genuine && counts(row, seal)) {
                last = new AuditEnd(row.seq(), row.mac(), row.seq());
            }
        }
        long seq = last.genuine;
        if (seq == genuine && rows.size() == AuditRows.PAGE) {
            seq = places.last();
        }
        for (long place : places.tailSet(seq, false)) {
            if (place - seq <= entries) {
                seq = place;
            }
        }
        return new AuditEnd(last.genuine, last.mac, seq);
    }

    /** Each chain has its mark: entries of a root that was replaced are not the last ones, unless somebody else wrote them. */
    private static boolean counts(AuditRows.Row row, RegistrySeal seal) {
        return row.root(seal).filter(root -> !seal.replaced(root)).isPresent();
    }

    /** The rows of a statement that reads what {@link AuditRows#SELECT} does. */
    static List<AuditRows.Row> rows(Session session, String sql, long... parameters) throws SQLException {
        List<AuditRows.Row> found = new ArrayList<>();
        try (PreparedStatement select = session.prepare(sql)) {
            for (int at = 0; at < parameters.length; at++) {
                select.setLong(at + 1, parameters[at]);
            }
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(AuditRows.row(rows));
                }
            }
        }
        return found;
    }

    /** Whether the chain has no entry, genuine or not. */
    boolean nothing() {
        return seq == 0;
    }
}
