package dev.tegula.bench;

import dev.tegula.Tegula;
import dev.tegula.registry.InMemoryKeyRegistry;
import dev.tegula.test.MemoryKms;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;

/** Rows looked for in a table {@code bench} by what is computed from a value, beside the same in plain. */
abstract class SearchBenchmark {

    /** Rows in one statement while the table is filled. */
    static final int BATCH = 10_000;

    final Connection connection;
    final int rows;
    final Random random;

    SearchBenchmark(Connection connection, int rows, long seed) {
        this.connection = connection;
        this.rows = rows;
        this.random = new Random(seed);
    }

    /** Makes one for an engine and a database that hold nothing else. */
    interface Making {
        SearchBenchmark of(Connection connection, Tegula tegula, int rows);
    }

    /** Runs it; the arguments are rows and rounds, in this order. */
    static void run(String[] arguments, int defaultRows, int defaultRounds, Making making) throws Exception {
        int rows = arguments.length > 0 ? Integer.parseInt(arguments[0]) : defaultRows;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : defaultRounds;
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
                Connection connection = postgres.getPostgresDatabase().getConnection();
                Tegula tegula = Tegula.builder("bench")
                        .kek("main", MemoryKms.create(), "main")
                        .registry(new InMemoryKeyRegistry())
                        .development()
                        .build()) {
            SearchBenchmark benchmark = making.of(connection, tegula, rows);
            benchmark.fill();
            benchmark.execute("VACUUM (ANALYZE) bench");
            benchmark.sizes();
            benchmark.compare(new Rounds(rounds));
        }
    }

    /** Makes table and indexes. */
    abstract void fill() throws SQLException;

    /** Prints how large they are. */
    abstract void sizes() throws SQLException;

    /** Times the look-ups. */
    abstract void compare(Rounds rounds) throws Exception;

    final void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static void require(boolean holds) {
        if (!holds) {
            throw new IllegalStateException("A row was not found, or another was");
        }
    }
}
