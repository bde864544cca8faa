package dev.tegula.operations.audit;

import dev.tegula.jdbc.AuditRows;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.Timeouts;
import dev.tegula.jdbc.Transactions;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** One chain, page by page, each in a transaction of its own: a slow reader holds nothing open. */
final class ChainPages {

    /** Small, because a row of each chain is looked at before the first is handed out. */
    static final int PAGE = 200;

    private final AuditEntries selection;
    private final boolean newestFirst;
    private final int chain;
    private long low;
    private long high;
    private Instant time;
    private final Deque<AuditRows.Row> page = new ArrayDeque<>();
    private boolean done;

    /** The entries of a chain up to the one that was the last when the reading began. */
    ChainPages(AuditEntries selection, boolean newestFirst, int chain, long last) {
        this.selection = selection;
        this.newestFirst = newestFirst;
        this.chain = chain;
        this.low = Long.MIN_VALUE;
        this.high = last;
        this.time = newestFirst ? Instant.MAX : Instant.MIN;
    }

    /** Whether there is another; fetches the next page when one is over. */
    boolean more(Transactions transactions) {
        if (page.isEmpty() && !done) {
            List<AuditRows.Row> next = transactions.read(Timeouts.SCAN, this::fetch);
            done = next.size() < PAGE;
            page.addAll(next);
            if (!next.isEmpty() && newestFirst) {
                high = next.get(next.size() - 1).seq() - 1;
            } else if (!next.isEmpty()) {
                low = next.get(next.size() - 1).seq();
            }
            place();
        }
        return !page.isEmpty();
    }

    /** When the next one was told; one that says nothing of the kind stands beside its neighbour. */
    Instant time() {
        return time;
    }

    int chain() {
        return chain;
    }

    AuditRows.Row next() {
        AuditRows.Row row = page.removeFirst();
        place();
        return row;
    }

    private void place() {
        if (!page.isEmpty()) {
            page.getFirst().told().ifPresent(told -> time = told.at());
        }
    }

    private List<AuditRows.Row> fetch(Session session) throws SQLException {
        List<AuditRows.Row> found = new ArrayList<>();
        try (PreparedStatement select = session.prepare(AuditRows.SELECT + " WHERE chain = ? AND seq > ? AND seq <= ?"
                + selection.conditions() + " ORDER BY seq" + (newestFirst ? " DESC" : "") + " LIMIT " + PAGE)) {
            select.setLong(1, chain);
            select.setLong(2, low);
            select.setLong(3, high);
            int at = 4;
            if (selection.since().isPresent()) {
                select.setObject(at++, selection.since().get().atOffset(ZoneOffset.UTC));
            }
            if (selection.subject().isPresent()) {
                selection.bindSubject(select, at);
            }
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(AuditRows.row(rows));
                }
            }
        }
        return found;
    }
}
