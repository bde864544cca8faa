package dev.tegula.jdbc;

import dev.tegula.audit.AuditHead;
import dev.tegula.envelope.KeyId;
import dev.tegula.registry.RegistrySeal;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * From which entries on the chains of the audit trail go on under another REGISTRY root, for who reads entries in another order than
 * that of their chains. {@link ChainRoots} needs none of it.
 */
public final class TrailMarks {

    private static final String MARKS = AuditRows.SELECT + " WHERE action = '" + AuditHead.ROOT
            + "' AND (chain, seq) > (?, ?) ORDER BY chain, seq LIMIT " + AuditRows.PAGE;

    private final RegistrySeal seal;
    private final List<KeyId> order;
    private final Map<Long, TreeMap<Long, Integer>> marks = new HashMap<>();

    private TrailMarks(RegistrySeal seal) {
        this.seal = seal;
        this.order = seal.trail();
    }

    /** Reads them; nothing where one root alone was ever ACTIVE. */
    public static TrailMarks read(Transactions transactions, RegistrySeal seal) {
        TrailMarks read = new TrailMarks(seal.withReplaced());
        if (read.order.size() > 1) {
            transactions.read(Timeouts.SCAN, session -> read.all(session));
        }
        return read;
    }

    /** In pages: anybody who writes the database can add rows that say they are marks. */
    private TrailMarks all(Session session) throws SQLException {
        long chain = Long.MIN_VALUE;
        long seq = Long.MIN_VALUE;
        while (true) {
            List<AuditRows.Row> page = AuditEnd.rows(session, MARKS, chain, seq);
            page.forEach(this::add);
            if (page.size() < AuditRows.PAGE) {
                return this;
            }
            AuditRows.Row last = page.get(page.size() - 1);
            chain = last.chain();
            seq = last.seq();
        }
    }

    private void add(AuditRows.Row row) {
        row.root(seal).ifPresent(root -> marks.computeIfAbsent(row.chain(), chain -> new TreeMap<>())
                .merge(row.seq(), order.indexOf(root), Math::max));
    }

    /** Whether an entry verifies under the root that counts at its place. */
    public boolean genuine(AuditRows.Row row) {
        Optional<KeyId> root = row.root(seal);
        if (root.isEmpty()) {
            return false;
        }
        int counts = marks.getOrDefault(row.chain(), new TreeMap<>()).headMap(row.seq(), true).values().stream()
                .mapToInt(Integer::intValue)
                .max()
                .orElse(0);
        return order.indexOf(root.get()) >= counts;
    }
}
