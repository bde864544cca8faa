package dev.tegula.operations.reencrypt;

import dev.tegula.failure.TegulaException;
import dev.tegula.jdbc.OwnTables;
import dev.tegula.jdbc.Session;
import dev.tegula.jdbc.TableHolder;
import dev.tegula.jdbc.TableName;
import dev.tegula.jdbc.Transactions;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
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
    private static final int MOST_NAMED = 10;

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
        SortedMap<String, String> now = transactions.read(this::read);
        now.forEach((holder, sentence) -> {
            if (before.contains(holder) && said.add(holder)) {
                told.accept(sentence);
            }
        });
        said.retainAll(now.keySet());
        before = Set.copyOf(now.keySet());
    }

    private SortedMap<String, String> read(Session session) throws SQLException {
        List<String> watched = new ArrayList<>(OwnTables.names());
        tables.forEach(table -> watched.add(table.quoted()));
        SortedMap<String, String> holders = new TreeMap<>();
        TableHolder.of(session, watched).stream()
                .filter(holder -> holder.use() == TableHolder.Use.STOPS_WRITERS
                        && !holder.application().equals(SweepSettings.APPLICATION))
                .limit(MOST_NAMED)
                .forEach(holder -> holders.put(
                        holder.table() + " " + holder.pid(),
                        holder.table() + " is held by " + holder.who()
                                + ", so changes wait: for about a minute, then the run ends and goes on where it"
                                + " was when it is run again. " + holder.ending() + " ends that transaction."));
        return holders;
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
