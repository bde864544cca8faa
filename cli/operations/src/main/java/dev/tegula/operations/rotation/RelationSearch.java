package dev.tegula.operations.rotation;

import dev.tegula.envelope.KeyId;
import dev.tegula.failure.UnavailableException;
import dev.tegula.jdbc.Dialect;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.SqlFailures;
import dev.tegula.jdbc.SqlState;
import dev.tegula.jdbc.Timeouts;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.rotation.SearchMark.Done;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Searches relations for one key, at a bounded rate, and remembers which file of each it has read. */
final class RelationSearch {

    private static final long FIRST_BLOCKS = 256;
    private static final long MOST_BLOCKS = 1 << 17;
    private static final long WANTED_MILLIS = 500;
    private static final long NANOS = 1_000_000_000;

    private final Transactions transactions;
    private final KeyId key;
    private final SearchSettings settings;
    private final RowText text;
    private final Dialect dialect;
    private final Map<Long, Long> files = new HashMap<>();
    private final Set<Long> unreadable = new HashSet<>();

    RelationSearch(Transactions transactions, KeyId key, SearchSettings settings, Dialect dialect) {
        this.transactions = transactions;
        this.key = key;
        this.settings = settings;
        this.text = new RowText(key);
        this.dialect = dialect;
    }

    /** Searches what was not searched before; gives the mark from then on. */
    SearchMark search(
            Relation relation, SearchMark before, SortedMap<String, Long> found, Collection<String> obstacles) {
        if (relation.temporary()) {
            obstacles.add(relation.label() + " could not be searched: it is a temporary table of another session, which"
                    + " must end first");
            return before;
        }
        SearchMark mark = before;
        Done done = mark.done().getOrDefault(relation.oid(), new Done(relation.file(), 0));
        long from = done.file() == relation.file() ? done.blocks() : 0;
        if (relation.file() != 0 && from > 0 && from >= relation.blocks()) {
            files.put(relation.oid(), relation.file());
            return mark;
        }
        long size = dialect.scansByPlace() && !relation.foreign() ? FIRST_BLOCKS : Long.MAX_VALUE;
        long rows = 0;
        while (true) {
            boolean last = size >= relation.blocks() - from;
            long start = System.nanoTime();
            Optional<RowText.Seen> part = part(relation, from, last ? 0 : from + size, obstacles);
            if (part.isEmpty()) {
                return mark;
            }
            RowText.Seen seen = part.get();
            rows += seen.rows();
            from = last ? Math.max(1, relation.blocks()) : from + size;
            settings.listener()
                    .searched(
                            relation.label(),
                            from * relation.blockSize(),
                            Math.max(from, relation.blocks()) * relation.blockSize());
            if (rows == 0 && !relation.foreign()) {
                mark = mark.with(relation.oid(), new Done(relation.file(), from));
                settings.journal().write(key, mark);
            }
            if (last) {
                break;
            }
            size = paced(seen.bytes(), System.nanoTime() - start, size);
        }
        files.put(relation.oid(), relation.file());
        if (rows > 0) {
            found.put(relation.label(), rows);
        }
        return mark;
    }

    /** Looks at new rows in a snapshot; false if the relation is not the one that was searched. */
    boolean newer(
            Session session, Relation relation, long since, SortedMap<String, Long> found, Collection<String> obstacles)
            throws SQLException {
        @Nullable Long file = files.get(relation.oid());
        if (file == null || file != relation.file()) {
            return unreadable.contains(relation.oid());
        }
        if (relation.foreign()) {
            return true;
        }
        Optional<RowText.Seen> seen = guarded(session, relation, obstacles, () -> text.since(session, relation, since));
        seen.filter(s -> s.rows() > 0).ifPresent(s -> found.put(relation.label(), s.rows()));
        // Rewritten since the snapshot, it reads in it as if it were empty.
        return !dialect.showsWriters() || relation.unchanged(session);
    }

    private Optional<RowText.Seen> part(Relation relation, long from, long to, Collection<String> obstacles) {
        return transactions.read(
                Timeouts.SCAN,
                session -> guarded(
                        session,
                        relation,
                        obstacles,
                        () -> dialect.showsWriters() && !relation.foreign()
                                ? text.between(session, relation, from, to)
                                : text.all(session, relation)));
    }

    /** A statement on a relation. */
    @FunctionalInterface
    private interface Look {
        RowText.Seen now() throws SQLException;
    }

    /** Empty if it cannot be read, which is then an obstacle; a relation that is gone or another one by now is none. */
    private Optional<RowText.Seen> guarded(Session session, Relation relation, Collection<String> obstacles, Look look)
            throws SQLException {
        Savepoint before = session.connection().setSavepoint();
        try {
            return Optional.of(look.now());
        } catch (SQLException e) {
            if (!relation.foreign() && !SqlFailures.ofRows(e)) {
                throw e;
            }
            session.connection().rollback(before);
            if (!dialect.showsWriters() || relation.unchanged(session)) {
                unreadable.add(relation.oid());
                obstacles.add(unreadable(relation.label(), e));
            }
            return Optional.empty();
        }
    }

    static String unreadable(String place, SQLException e) {
        String state = SqlFailures.state(e).isEmpty() ? "unknown" : SqlFailures.state(e);
        String cure = state.equals(SqlState.INSUFFICIENT_PRIVILEGE)
                ? "; give the operator SELECT on it, and BYPASSRLS where it has row-level security"
                : "; mend it or drop it";
        return place + " could not be searched (SQLSTATE " + state + ")" + cure
                + ", or name it under tegula.destroy.exclude if you know that it holds no values";
    }

    /** Waits as long as the rate asks, and gives the size of the next part. */
    private long paced(long bytes, long nanos, long size) {
        if (settings.maxBytesPerSecond() > 0) {
            long wanted = (long) ((double) bytes / settings.maxBytesPerSecond() * NANOS);
            sleep(Math.max(0, wanted - nanos) / 1_000_000);
        }
        long millis = nanos / 1_000_000;
        return millis < WANTED_MILLIS / 2
                ? Math.min(MOST_BLOCKS, size * 2)
                : millis > WANTED_MILLIS ? Math.max(1, size / 2) : size;
    }

    static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("The search was interrupted; run it again.", e);
        }
    }
}
