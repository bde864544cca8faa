package dev.tegula.operations.reencrypt;

import dev.tegula.failure.TegulaException;
import dev.tegula.jdbc.OwnTables;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableName;
import dev.tegula.jdbc.Transactions;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.sql.DataSource;

/**
 * Looks, while something is done with tables, whether a transaction of somebody else holds one of them, or one of Tegula's own,
 * against changes, and says so after some seconds: work that waits for a lock is silent, and tries again for about a minute.
 * On PostgreSQL only.
 */
public final class HeldTables implements AutoCloseable {

    private static final long PAUSE_MILLIS = 1_500;

    /** A role without {@code pg_read_all_stats} is not told since when the transactions of others are open. */
    private static final String HOLDERS = """
            WITH watched AS (
              SELECT pg_catalog.to_regclass(name)::oid AS oid FROM pg_catalog.unnest(?::text[]) AS own (name)
              UNION SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
              WHERE pg_catalog.concat(n.nspname, '.', c.relname) = ANY (?))
            SELECT pg_catalog.concat(l.relation::regclass::text, ' ', coalesce(l.pid, 0)),
              pg_catalog.concat(l.relation::regclass::text, ' is held by ',
                CASE WHEN l.pid IS NULL THEN 'a prepared transaction (pg_prepared_xacts lists it)' ELSE
                  pg_catalog.concat('pid ', l.pid, ' (user ', a.usename, ', ',
                    coalesce(nullif(a.application_name, ''), 'no application name'),
                    ', transaction open since ' || pg_catalog.date_trunc('second', a.xact_start)::text, ')') END),
              coalesce('`SELECT pg_terminate_backend(' || l.pid::text || ')`', 'COMMIT PREPARED or ROLLBACK PREPARED')
            FROM pg_catalog.pg_locks l JOIN watched w ON w.oid = l.relation
            LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
            WHERE l.granted AND l.pid IS DISTINCT FROM pg_catalog.pg_backend_pid()
              AND l.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
              AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database())
              AND a.application_name IS DISTINCT FROM 'tegula-reencrypt'
            LIMIT 10""";

    private final Transactions transactions;
    private final Collection<TableName> tables;
    private final Consumer<String> told;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Set<String> said = new HashSet<>();
    private Set<String> before = Set.of();

    private HeldTables(DataSource database, Collection<TableName> tables, Consumer<String> told) {
        this.transactions = new Transactions(database);
        this.tables = tables;
        this.told = told;
    }

    /**
     * Looks every other second until it is closed.
     *
     * @param database gives a connection for each look
     * @param tables what is watched besides Tegula's own tables
     * @param told hears of each holder once, on another thread
     */
    public static HeldTables watch(DataSource database, Collection<TableName> tables, Consumer<String> told) {
        HeldTables watch = new HeldTables(database, tables, told);
        Thread thread = new Thread(watch::run, "tegula-held-tables");
        thread.setDaemon(true);
        thread.start();
        return watch;
    }

    private void run() {
        try {
            if (closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)
                    || !transactions.dialect().showsHolders()) {
                return;
            }
            do {
                lookOrLeaveIt();
            } while (!closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TegulaException | IllegalStateException e) {
            // Whatever this is, the work itself meets it and says it.
        }
    }

    /** A look that fails is left out: the work itself meets the reason, and the next look may find the database again. */
    private void lookOrLeaveIt() {
        try {
            look();
        } catch (TegulaException e) {
            before = Set.of();
        }
    }

    /** Who is there in two looks in a row is worth a word. */
    private void look() {
        SortedMap<String, String> now = transactions.readCommitted(this::read);
        now.forEach((holder, sentence) -> {
            if (before.contains(holder) && said.add(holder)) {
                told.accept(sentence);
            }
        });
        said.retainAll(now.keySet());
        before = Set.copyOf(now.keySet());
    }

    private SortedMap<String, String> read(Session session) throws SQLException {
        SortedMap<String, String> holders = new TreeMap<>();
        try (PreparedStatement select = session.prepare(HOLDERS)) {
            select.setArray(
                    1,
                    session.connection().createArrayOf("text", OwnTables.names().toArray()));
            select.setArray(
                    2,
                    session.connection()
                            .createArrayOf(
                                    "text",
                                    tables.stream().map(TableName::toString).toArray()));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    holders.put(
                            row.getString(1),
                            row.getString(2)
                                    + ", so changes wait: for about a minute, then the run ends and goes on where it"
                                    + " was when it is run again. " + row.getString(3) + " ends that transaction.");
                }
            }
        }
        return holders;
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
