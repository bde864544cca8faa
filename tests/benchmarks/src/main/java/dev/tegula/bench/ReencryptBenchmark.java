package dev.tegula.bench;

import dev.tegula.operations.reencrypt.Job;
import dev.tegula.operations.reencrypt.JobOutcome;
import dev.tegula.operations.reencrypt.JobReport;
import dev.tegula.operations.reencrypt.RunControl;
import java.sql.SQLException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Re-encryption of a table with three values of 64 bytes a row by one worker, beside the same paged compare-and-set
 * UPDATE without any cryptography, by hand, both with few and with many rows a page: wall time and the server's processor time.
 * Arguments: rows (50000) and rounds (3); {@code statements} behind them shows what each statement costs the server instead.
 */
public final class ReencryptBenchmark {

    private final SweptTable table;
    private final int rows;
    private @Nullable Job job;
    private boolean swept;

    private ReencryptBenchmark(SweptTable table, int rows) {
        this.table = table;
        this.rows = rows;
    }

    /** Runs it on an embedded PostgreSQL. */
    public static void main(String[] arguments) throws Exception {
        int rows = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 50_000;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        boolean statements = arguments.length > 2 && arguments[2].equals("statements");
        try (SweptTable table = statements ? new SweptTable(rows, "pg_stat_statements") : new SweptTable(rows)) {
            ReencryptBenchmark benchmark = new ReencryptBenchmark(table, rows);
            for (int page : new int[] {100, 1_000}) {
                if (statements) {
                    benchmark.profile(rounds, page);
                } else {
                    benchmark.compare(rounds, page);
                }
            }
        }
    }

    /** The last of some rounds, because the first ones compile. */
    private void profile(int rounds, int page) throws Exception {
        StatementProfile profile = new StatementProfile(table.source, rows);
        for (int round = 1; round < rounds; round++) {
            prepare(page);
            plain(page, false);
            reencrypt(page);
        }
        prepare(page);
        profile.of("The same UPDATE, pages of " + page, () -> plain(page, false));
        prepare(page);
        profile.of("Re-encryption, pages of " + page, () -> reencrypt(page));
    }

    /**
     * With pages of the same size; re-encryption begins with 100 rows and takes more while that is quick. New keys, the job and
     * its end cost the same whatever the size of the table, and stand outside.
     */
    private void compare(int rounds, int page) throws Exception {
        new Rounds(rounds)
                .before(() -> prepare(page))
                .alsoMeasuring(new ServerCpu(table.backend())::seconds)
                .with("the same UPDATE, no cryptography", () -> plain(page, false))
                .with("the same by COPY into a temporary table", () -> plain(page, true))
                .with("re-encryption", () -> reencrypt(page))
                .run(
                        String.format(
                                Locale.ROOT, "three values a row, one worker, %,d rows a page, fsync on, rows", page),
                        rows);
    }

    private void prepare(int page) throws SQLException {
        if (swept && job != null) {
            table.end(job, page);
            job = null;
        }
        if (job == null) {
            job = table.plan(page);
            swept = false;
        }
        table.vacuum();
    }

    private void reencrypt(int page) {
        JobReport report = table.sweep(Benchmarks.present(job), page, new RunControl());
        swept = true;
        if (report.outcome() != JobOutcome.DONE || report.moved() != (long) rows * SweptTable.COLUMNS.size()) {
            throw new IllegalStateException(report.toString());
        }
    }

    private void plain(int page, boolean copy) throws SQLException {
        new PlainSweep(table.source, page, copy).run(rows);
    }
}
