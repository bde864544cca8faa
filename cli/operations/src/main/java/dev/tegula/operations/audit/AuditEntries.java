package dev.tegula.operations.audit;

import dev.tegula.audit.AuditHead;
import dev.tegula.jdbc.AuditRows;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.Transactions;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Entries of all chains by their time, in pages: what is read at one time is small however long the trail is, and no transaction is open
 * while the reader is busy.
 *
 * @param since none that is older
 * @param subject only of this subject; one that ends with {@code *} stands for all that begin so
 */
public record AuditEntries(Optional<Instant> since, Optional<String> subject) {

    private static final String ENDS =
            "SELECT c.chain, (SELECT coalesce(pg_catalog.max(seq), 0) FROM tegula_audit AS a WHERE a.chain = c.chain)"
                    + " FROM pg_catalog.generate_series(" + AuditHead.COMMANDS + ", " + AuditHead.LAST
                    + ") AS c (chain)"
                    + " ORDER BY c.chain";

    /** Hands each to the reader, verified or not, the oldest first, up to those that were the last when the reading began. */
    public void read(Transactions transactions, Consumer<AuditRows.Row> reader) {
        merge(transactions, false, Long.MAX_VALUE, reader);
    }

    /** The newest, so many at most, the oldest of them first. */
    public List<AuditRows.Row> newest(Transactions transactions, int limit) {
        List<AuditRows.Row> found = new ArrayList<>();
        merge(transactions, true, limit, found::add);
        Collections.reverse(found);
        return found;
    }

    private void merge(Transactions transactions, boolean newestFirst, long limit, Consumer<AuditRows.Row> reader) {
        List<Long> ends = transactions.read(AuditEntries::ends);
        List<ChainPages> chains = new ArrayList<>();
        for (int chain = AuditHead.COMMANDS; chain <= AuditHead.LAST; chain++) {
            chains.add(new ChainPages(this, newestFirst, chain, ends.get(chain)));
        }
        Comparator<ChainPages> order = Comparator.comparing(ChainPages::time).thenComparing(ChainPages::chain);
        for (long read = 0; read < limit; read++) {
            chains.removeIf(chain -> !chain.more(transactions));
            if (chains.isEmpty()) {
                return;
            }
            reader.accept((newestFirst ? Collections.max(chains, order) : Collections.min(chains, order)).next());
        }
    }

    private static List<Long> ends(Session session) throws SQLException {
        List<Long> ends = new ArrayList<>();
        try (PreparedStatement select = session.prepare(ENDS);
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                ends.add(rows.getLong(2));
            }
        }
        return ends;
    }

    /** Behind a condition; their parameters in this order. */
    String conditions() {
        return (since.isPresent() ? " AND told_at >= ?" : "")
                + subject.map(text -> prefix(text) ? " AND ? = pg_catalog.left(subject, ?)" : " AND subject = ?")
                        .orElse("");
    }

    void bindSubject(PreparedStatement select, int first) throws SQLException {
        String text = subject.orElseThrow();
        String sought = prefix(text) ? text.substring(0, text.length() - 1) : text;
        select.setString(first, sought);
        if (prefix(text)) {
            select.setInt(first + 1, sought.codePointCount(0, sought.length()));
        }
    }

    private static boolean prefix(String text) {
        return text.endsWith("*");
    }
}
