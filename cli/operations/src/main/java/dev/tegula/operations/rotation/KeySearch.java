package dev.tegula.operations.rotation;

import dev.tegula.envelope.KeyId;
import dev.tegula.failure.UnavailableException;
import dev.tegula.jdbc.Dialect;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.SqlFailures;
import dev.tegula.jdbc.Timeouts;
import dev.tegula.jdbc.Transactions;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Searches everything that stores rows for values under one key, whatever the catalogue says: one for each search.
 *
 * <p>Each relation is read once in parts, so that no transaction is long. A row that was moved meanwhile could be missed
 * in that way; it was then written by a transaction that was open when the search began, or by a later one. So the end is
 * a snapshot in which the rows of these transactions are looked at in all relations; then the transactions that were open
 * during that snapshot are waited for; and then another snapshot looks at what is newer than the first one.
 */
final class KeySearch {

    private static final int MOST_ROUNDS = 5;
    private static final long PAUSE_MILLIS = 100;
    /** Transaction ids are compared within half of their circle; a journal that is older than half of that is dropped. */
    private static final long OLDEST_MARK = 1L << 30;

    private final Transactions transactions;
    private final KeyId key;
    private final SearchSettings settings;
    private final RelationSearch relations;
    private final Dialect dialect;
    private final SortedMap<String, Long> found = new TreeMap<>();
    private final TreeSet<String> obstacles = new TreeSet<>();
    private final TreeSet<String> remarks = new TreeSet<>();

    KeySearch(Transactions transactions, KeyId key, SearchSettings settings) {
        this.transactions = transactions;
        this.key = key;
        this.settings = settings;
        this.dialect = transactions.dialect();
        this.relations = new RelationSearch(transactions, key, settings, dialect);
    }

    /**
     * What a search found.
     *
     * @param found places with values, and how many rows
     * @param obstacles what could not be searched, and transactions that may bring something back
     * @param remarks what was not looked at
     */
    record Result(SortedMap<String, Long> found, List<String> obstacles, List<String> remarks) {}

    Result run() {
        remarks.add(
                "copies in another coding (compressed, encrypted, base64 of more than the envelope) and in definitions"
                        + " (defaults, comments, functions) cannot be recognised and were not searched for");
        settings.excluded().forEach(name -> remarks.add(name + " was not searched: tegula.destroy.exclude names it"));
        if (dialect.showsHolders()) {
            obstacles.addAll(transactions.read(OpenTransactions::prepared));
        }
        if (obstacles.isEmpty()) {
            search();
        }
        return new Result(found, List.copyOf(obstacles), List.copyOf(remarks));
    }

    private void search() {
        SearchMark mark = mark();
        for (int round = 0; round < MOST_ROUNDS; round++) {
            for (Relation relation : transactions.read(this::searched)) {
                mark = relations.search(relation, mark, found, obstacles);
            }
            if (!found.isEmpty() || !obstacles.isEmpty() || !dialect.showsWriters() || settled(mark.since())) {
                settings.journal().forget(key);
                return;
            }
        }
        throw new UnavailableException(
                "Tables were rewritten again and again while they were searched for values under " + key
                        + ". Run it again while no VACUUM FULL runs and no schema changes.");
    }

    private List<Relation> searched(Session session) throws SQLException {
        return Relation.all(session).stream()
                .filter(r -> !settings.excluded().contains(r.label()))
                .toList();
    }

    private SearchMark mark() {
        long now = dialect.showsWriters() ? transactions.read(KeySearch::oldestOpen) : 0;
        return settings.journal()
                .read(key)
                .filter(m -> m.since() <= now && now - m.since() < OLDEST_MARK)
                .orElse(new SearchMark(now, new TreeMap<>()));
    }

    private static long oldestOpen(Session session) throws SQLException {
        String sql = "SELECT pg_catalog.txid_snapshot_xmin(pg_catalog.txid_current_snapshot())";
        try (PreparedStatement select = session.prepare(sql);
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    /** A look at what is new. */
    private record Snapshot(long oldestOpen, SortedMap<String, String> open, boolean changed) {}

    /** Whether two snapshots saw everything; false if relations came or were rewritten meanwhile. */
    private boolean settled(long since) {
        Snapshot first = snapshot(since, false);
        if (first.changed() || !found.isEmpty() || !obstacles.isEmpty()) {
            return !first.changed();
        }
        SortedMap<String, String> open = waited(first.open());
        obstacles.addAll(open.values());
        if (!open.isEmpty()) {
            return true;
        }
        return !snapshot(first.oldestOpen(), true).changed();
    }

    private Snapshot snapshot(long since, boolean last) {
        return transactions.snapshot(Timeouts.SCAN, session -> {
            long oldest = oldestOpen(session);
            SortedMap<String, String> open = OpenTransactions.now(session);
            boolean changed = false;
            for (Relation relation : searched(session)) {
                changed |= !relations.newer(session, relation, since, found, obstacles);
            }
            if (last) {
                obstacles.addAll(OpenTransactions.prepared(session));
                largeObjects(session);
            }
            return new Snapshot(oldest, open, changed);
        });
    }

    private void largeObjects(Session session) throws SQLException {
        Savepoint before = session.connection().setSavepoint();
        try {
            long count = LargeObjects.count(session, key);
            if (count > 0) {
                found.put("large objects", count);
            }
        } catch (SQLException e) {
            if (!SqlFailures.ofRows(e)) {
                throw e;
            }
            obstacles.add(RelationSearch.unreadable("large objects", e));
            session.connection().rollback(before);
        }
    }

    private SortedMap<String, String> waited(Map<String, String> before) {
        long end = System.nanoTime() + settings.patience().toNanos();
        while (true) {
            SortedMap<String, String> open =
                    transactions.read(session -> OpenTransactions.still(session, before.keySet()));
            if (open.isEmpty() || System.nanoTime() - end > 0) {
                return open;
            }
            RelationSearch.sleep(PAUSE_MILLIS);
        }
    }
}
