package dev.tegula.bench;

import dev.tegula.operations.reencrypt.Job;
import dev.tegula.operations.reencrypt.JobOutcome;
import dev.tegula.operations.reencrypt.JobReport;
import dev.tegula.operations.reencrypt.RangeReport;
import dev.tegula.operations.reencrypt.RunControl;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Re-encryption of a table with three values of 64 bytes a row by one worker, by two, and range by range as a cluster runs them,
 * beside the same paged compare-and-set UPDATE without any cryptography on one connection and on two. Arguments: rows (50000) and rounds (3).
 */
public final class WorkersBenchmark {

    private static final int PAGE = 1_000;
    private static final int RANGES = 8;

    private final SweptTable table;
    private final int rows;
    private @Nullable Job job;
    private boolean swept;

    private WorkersBenchmark(SweptTable table, int rows) {
        this.table = table;
        this.rows = rows;
    }

    /** Runs it on an embedded PostgreSQL. */
    public static void main(String[] arguments) throws Exception {
        int rows = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 50_000;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        try (SweptTable table = new SweptTable(rows)) {
            WorkersBenchmark benchmark = new WorkersBenchmark(table, rows);
            new Rounds(rounds)
                    .before(benchmark::prepare)
                    .with("the same UPDATE, no cryptography, 1 connection", benchmark::plain)
                    .with("the same UPDATE, no cryptography, 2", benchmark::plainTwice)
                    .with("re-encryption, 1 worker", () -> benchmark.sweep(1))
                    .with("re-encryption, 2 workers", () -> benchmark.sweep(2))
                    .with("re-encryption, 2 runs of ranges at once", benchmark::ranges)
                    .run(
                            String.format(
                                    Locale.ROOT,
                                    "three values a row, %d ranges, %,d rows a page, fsync on, rows",
                                    RANGES,
                                    PAGE),
                            rows);
        }
    }

    private void prepare() throws SQLException {
        if (swept && job != null) {
            table.end(job, PAGE);
            job = null;
        }
        if (job == null) {
            job = table.plan(PAGE, RANGES);
            swept = false;
        }
        table.vacuum();
    }

    private void plain() throws SQLException {
        new PlainSweep(table.source, PAGE, false).run(rows);
    }

    private void plainTwice() throws Exception {
        List<Future<Integer>> halves = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        for (PlainSweep half : PlainSweep.halves(table.source, PAGE)) {
            halves.add(threads.submit(half::changed));
        }
        threads.shutdown();
        int changed = halves.get(0).get() + halves.get(1).get();
        if (changed != rows) {
            throw new IllegalStateException(changed + " of " + rows + " rows were changed");
        }
    }

    private void sweep(int workers) {
        JobReport report = table.sweep(Benchmarks.present(job), PAGE, workers, new RunControl());
        swept = true;
        require(report.outcome(), report.moved());
    }

    /** As pods and tasks do: each range by its number, two at once. */
    private void ranges() throws Exception {
        Job planned = Benchmarks.present(job);
        List<Future<RangeReport>> runs = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        for (int i = 0; i < planned.ranges(); i++) {
            int idx = i;
            runs.add(threads.submit(() -> table.run(planned, idx, PAGE)));
        }
        threads.shutdown();
        swept = true;
        long moved = 0;
        for (Future<RangeReport> run : runs) {
            moved += run.get().moved();
        }
        require(JobOutcome.DONE, moved);
    }

    private void require(JobOutcome outcome, long moved) {
        if (outcome != JobOutcome.DONE || moved != (long) rows * SweptTable.COLUMNS.size()) {
            throw new IllegalStateException(outcome + ", " + moved + " values moved");
        }
    }
}
