package dev.tegula.bench;

import dev.tegula.operations.reencrypt.Job;
import dev.tegula.operations.reencrypt.JobOutcome;
import dev.tegula.operations.reencrypt.JobReport;
import dev.tegula.operations.reencrypt.RunControl;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;

/**
 * What one re-encryption of a table with three values of 64 bytes a row leaves in the server's log for each row, beside the same
 * UPDATE without cryptography; the memory that this process holds meanwhile, which must not grow with the table (give it a small
 * heap); and how long it takes until a re-encryption that was stopped half-way moves values again, beside one that begins.
 * Arguments: rows (100000), rows a page (1000).
 */
public final class SweepBenchmark {

    private final SweptTable table;
    private final int rows;
    private final int page;

    private SweepBenchmark(SweptTable table, int rows, int page) {
        this.table = table;
        this.rows = rows;
        this.page = page;
    }

    /** Runs it on an embedded PostgreSQL. */
    public static void main(String[] arguments) throws Exception {
        int rows = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100_000;
        int page = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1_000;
        try (SweptTable table = new SweptTable(rows)) {
            new SweepBenchmark(table, rows, page).run();
        }
    }

    private void run() throws Exception {
        System.out.printf(Locale.ROOT, "%n%,d rows of three values, %,d rows a page%n", rows, page);
        Job planned = table.plan(page);
        // With a checkpoint, so that both write each page whole once.
        table.vacuum();
        long before = log();
        new PlainSweep(table.source, page, false).run(rows);
        long plain = log() - before;

        table.vacuum();
        before = log();
        long start = System.nanoTime();
        double first = untilMoved(planned, 0, start);
        double all = (System.nanoTime() - start) / 1e9;
        long swept = log() - before;
        table.end(planned, page);
        System.out.printf(
                Locale.ROOT,
                "  log of the server, bytes a row: the same UPDATE %,d, re-encryption %,d, %.2f x%n",
                plain / rows,
                swept / rows,
                (double) swept / plain);
        System.out.printf(
                Locale.ROOT,
                "  %,.0f rows/s, memory of this process %,d MB%n",
                rows / all,
                Benchmarks.residentMegabytes());
        resume(first);
    }

    private void resume(double first) throws Exception {
        Job planned = table.plan(page);
        table.vacuum();
        RunControl half = new RunControl();
        JobReport report = table.sweep(planned, page, 1, half, progress -> {
            if (progress.done() * 2 > progress.total()) {
                half.stop();
            }
        });
        if (report.outcome() == JobOutcome.DONE) {
            throw new IllegalStateException("It was done before it was stopped; take more rows");
        }
        double again = untilMoved(planned, report.moved(), System.nanoTime());
        System.out.printf(
                Locale.ROOT,
                "  until values move: a new job %.2f s, one that was stopped after %,d of %,d values %.2f s%n",
                first,
                report.moved(),
                (long) rows * SweptTable.COLUMNS.size(),
                again);
        table.end(planned, page);
    }

    /** Runs a job to its end and says after how many seconds it told, as it does each 0.4 s, of more moved values than these. */
    private double untilMoved(Job job, long moved, long start) {
        long[] took = {0};
        JobReport report = table.sweep(job, page, 1, new RunControl(), progress -> {
            if (took[0] == 0 && progress.done() > moved) {
                took[0] = System.nanoTime() - start;
            }
        });
        if (report.outcome() != JobOutcome.DONE) {
            throw new IllegalStateException(report.outcome() + ", " + report.moved() + " values moved");
        }
        return took[0] / 1e9;
    }

    private long log() throws SQLException {
        try (Connection connection = table.source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_current_wal_insert_lsn() - '0/0'")) {
            row.next();
            return row.getLong(1);
        }
    }
}
