package dev.tegula.bench;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.util.ArrayList;
import java.util.List;

/**
 * Hibernate with three encrypted values of 64 bytes a row, beside converters written by hand, with one key for all (the
 * baseline) and with a key for each field, and beside the same row in plain: bulk insert, bulk read, and one entity a
 * transaction. Each way has a JVM of its own, because ways that share one compile each other's calls away; one works at a
 * time, in turn. Arguments: rows (20000), rounds (7), and the ways (the baseline, {@code @Encrypted} and plain).
 */
public final class JpaBenchmark {

    private static final int WARM_UP = 5;

    private JpaBenchmark() {}

    /** Runs it on an embedded PostgreSQL. */
    public static void main(String[] arguments) throws Exception {
        int rows = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20_000;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 7;
        List<String> ways = arguments.length > 2
                ? List.of(arguments).subList(2, arguments.length)
                : List.of("Handwritten", "Annotated", "Plain");
        List<WayProcess> running = new ArrayList<>();
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
            try {
                for (String way : ways) {
                    running.add(WayProcess.start(way, postgres.getJdbcUrl("postgres", "postgres"), rows));
                }
                run("bulk insert, rows", running, JpaWay.INSERT, rows, rounds);
                run("bulk read, rows", running, JpaWay.READ, JpaWay.READS * rows, rounds);
                run("one entity a transaction: insert, load, update", running, JpaWay.SINGLE, JpaWay.SINGLES, rounds);
            } finally {
                running.forEach(WayProcess::close);
            }
        }
    }

    private static void run(String title, List<WayProcess> ways, String task, int units, int rounds) throws Exception {
        Rounds turns = new Rounds(rounds).warmUp(WARM_UP);
        ways.forEach(way -> turns.with(way.name(), () -> way.run(task)));
        turns.run(title, units);
    }
}
