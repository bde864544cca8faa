package dev.tegula.bench;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.operations.reencrypt.Job;
import dev.tegula.operations.reencrypt.JobOutcome;
import dev.tegula.operations.reencrypt.JobReport;
import dev.tegula.operations.reencrypt.RunControl;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What writers of a table keep of their throughput while it is re-encrypted: 16 threads that change one row after the other
 * without a pause, in turn without a sweep and beside one. Arguments: rows (100000), seconds of each turn (10), turns of each kind
 * (5), writers (16), milliseconds that a writer pauses between two changes (0).
 */
public final class WritersBenchmark {

    private static final int BATCH = 1_000;

    private final SweptTable table;
    private final AtomicReference<Turn> turn = new AtomicReference<>(new Turn());
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicReference<Throwable> failed = new AtomicReference<>();
    private final int pauseMillis;
    /** The job that a sweep was stopped in; the next one goes on with it. */
    private volatile @Nullable Job open;

    private volatile long movedOfOpen;

    private WritersBenchmark(SweptTable table, int pauseMillis) {
        this.table = table;
        this.pauseMillis = pauseMillis;
    }

    /** What the writers do until the next one. */
    private static final class Turn {
        private final List<Long> nanos = new ArrayList<>();

        synchronized void add(long took) {
            nanos.add(took);
        }

        synchronized long[] sorted() {
            long[] all = nanos.stream().mapToLong(n -> n).toArray();
            Arrays.sort(all);
            return all;
        }
    }

    /** Runs it on an embedded PostgreSQL. */
    public static void main(String[] arguments) throws Exception {
        int rows = argument(arguments, 0, 100_000);
        int seconds = argument(arguments, 1, 10);
        int turns = argument(arguments, 2, 5);
        int writers = argument(arguments, 3, 16);
        int pause = argument(arguments, 4, 0);
        try (SweptTable table = new SweptTable(rows)) {
            new WritersBenchmark(table, pause).run(seconds, turns, writers);
        }
    }

    private static int argument(String[] arguments, int at, int standard) {
        return arguments.length > at ? Integer.parseInt(arguments[at]) : standard;
    }

    private void run(int seconds, int turns, int writers) throws Exception {
        table.vacuum();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            int number = i;
            Thread thread = new Thread(() -> write(number, writers), "writer-" + i);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        List<long[]> alone = new ArrayList<>();
        List<long[]> beside = new ArrayList<>();
        long moved = 0;
        take(seconds);
        for (int i = 0; i < turns; i++) {
            alone.add(take(seconds));
            Sweeper sweeper = new Sweeper();
            sweeper.start();
            beside.add(take(seconds));
            moved += sweeper.end();
        }
        over.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        if (failed.get() != null) {
            throw new IllegalStateException(failed.get());
        }
        System.out.printf(
                Locale.ROOT,
                "%n%d writers, a row a transaction, %s, turns of %d s (%d of each, in turn), %d processors%n",
                writers,
                pauseMillis == 0 ? "no pause" : pauseMillis + " ms pause",
                seconds,
                turns,
                Runtime.getRuntime().availableProcessors());
        print("without a sweep", alone, seconds);
        print("beside a sweep", beside, seconds);
        // Of neighbours: what else the machine does drifts from turn to turn.
        double[] ratios = IntStream.range(0, turns)
                .mapToDouble(i -> (double) beside.get(i).length / alone.get(i).length)
                .sorted()
                .toArray();
        System.out.printf(
                Locale.ROOT,
                "  their throughput: %.2f of without, the median of turns from %.2f to %.2f; the sweep moved %,.0f values a second%n",
                ratios[turns / 2],
                ratios[0],
                ratios[turns - 1],
                (double) moved / turns / seconds);
    }

    private long[] take(int seconds) throws InterruptedException {
        Turn mine = new Turn();
        turn.set(mine);
        TimeUnit.SECONDS.sleep(seconds);
        turn.set(new Turn());
        return mine.sorted();
    }

    /** The median of the turns. */
    private static void print(String name, List<long[]> turns, int seconds) {
        double[] rates = turns.stream()
                .mapToDouble(nanos -> (double) nanos.length / seconds)
                .sorted()
                .toArray();
        long[] all = turns.stream().flatMapToLong(Arrays::stream).sorted().toArray();
        double rate = rates[rates.length / 2];
        System.out.printf(
                Locale.ROOT,
                "  %-16s %8.0f changes/s   half within %.1f ms, 99 of 100 within %.1f ms, longest %.0f ms%n",
                name,
                rate,
                all[all.length / 2] / 1e6,
                all[(int) (all.length * 0.99)] / 1e6,
                all[all.length - 1] / 1e6);
    }

    private void write(int number, int writers) {
        Random random = new Random(number);
        List<UUID> ids = table.ids();
        List<FieldCipher<String>> ciphers = table.ciphers();
        try (Connection connection = table.source.getConnection();
                PreparedStatement update =
                        connection.prepareStatement("UPDATE bench SET a = ?, b = ?, c = ? WHERE id = ?")) {
            while (!over.get()) {
                for (int c = 0; c < ciphers.size(); c++) {
                    update.setBytes(c + 1, ciphers.get(c).encrypt(SweptTable.VALUE, Context.noTenant()));
                }
                update.setObject(4, ids.get(random.nextInt(ids.size() / writers) * writers + number));
                long start = System.nanoTime();
                update.executeUpdate();
                turn.get().add(System.nanoTime() - start);
                if (pauseMillis > 0) {
                    TimeUnit.MILLISECONDS.sleep(pauseMillis);
                }
            }
        } catch (SQLException | RuntimeException e) {
            failed.compareAndSet(null, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One worker that re-encrypts the table, and again with the next keys when it is through, until it is told to end. */
    private final class Sweeper extends Thread {

        private final RunControl control = new RunControl();
        private long moved;

        Sweeper() {
            super("sweeper");
            setDaemon(true);
        }

        @Override
        public void run() {
            try {
                while (!control.stopped()) {
                    Job now = open == null ? table.plan(BATCH) : open;
                    long before = open == null ? 0 : movedOfOpen;
                    JobReport report = table.sweep(now, BATCH, control);
                    moved += report.moved() - before;
                    movedOfOpen = report.moved();
                    open = report.outcome() == JobOutcome.STOPPED ? now : null;
                    if (open == null) {
                        table.end(now, BATCH);
                    }
                }
            } catch (RuntimeException e) {
                failed.compareAndSet(null, e);
            }
        }

        long end() throws InterruptedException {
            control.stop();
            join();
            return moved;
        }
    }
}
