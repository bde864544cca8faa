package dev.tegula.jdbc;

import dev.tegula.audit.AuditHead;
import dev.tegula.audit.ToldEntry;
import dev.tegula.registry.RegistrySeal;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What stands in chains behind the ends that they had before. */
final class ToldSince {

    private static final String BETWEEN =
            AuditRows.SELECT + " WHERE chain = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT " + AuditRows.PAGE;

    private ToldSince() {}

    /**
     * Whether that is anything but genuine notes of where chains end: those must be no reason for the next one, or processes would
     * answer each other for ever. Of each chain a page of rows is read at most; behind more, something was told.
     *
     * @param before by their chains
     * @param now by their chains
     */
    static boolean any(Session session, RegistrySeal seal, Map<Integer, AuditHead> before, Map<Integer, AuditHead> now)
            throws SQLException {
        if (!now.keySet().containsAll(before.keySet())) {
            return true;
        }
        for (AuditHead head : now.values()) {
            AuditHead last = before.get(head.chain());
            if (!head.equals(last) && !onlyNotes(session, seal, last, head)) {
                return true;
            }
        }
        return false;
    }

    private static boolean onlyNotes(Session session, RegistrySeal seal, @Nullable AuditHead from, AuditHead to)
            throws SQLException {
        long seq = from == null ? 0 : from.seq();
        String mac = from == null ? ToldEntry.NOTHING : from.mac();
        for (AuditRows.Row row : AuditEnd.rows(session, BETWEEN, to.chain(), seq, to.seq())) {
            if (!isNote(row) || !row.told().orElseThrow().previous().equals(mac) || !row.genuine(seal)) {
                return false;
            }
            mac = row.mac();
        }
        return mac.equals(to.mac());
    }

    private static boolean isNote(AuditRows.Row row) {
        return row.told()
                .filter(told -> told.entry().action().equals(AuditHead.NOTED))
                .isPresent();
    }
}
