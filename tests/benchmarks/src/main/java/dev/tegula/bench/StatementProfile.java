package dev.tegula.bench;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import javax.sql.DataSource;

/**
 * Where the server spends its time, by {@code pg_stat_statements}: of each statement its calls, and its time of planning and of
 * execution for each unit of the work. Neither the time of the wire nor of parsing is in it.
 */
final class StatementProfile {

    private static final int SHOWN = 8;
    private static final int LETTERS = 90;

    private final DataSource source;
    private final int units;

    /** On a server that loads it at its start. */
    StatementProfile(DataSource source, int units) throws SQLException {
        this.source = source;
        this.units = units;
        execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
    }

    /** Runs the work between two looks, and prints what it cost. */
    void of(String title, Rounds.Way work) throws Exception {
        execute("SELECT pg_stat_statements_reset()");
        work.run();
        System.out.printf(Locale.ROOT, "%n%s: microseconds of the server for each row%n", title);
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT calls, total_plan_time, total_exec_time, wal_bytes, regexp_replace(query, '\\s+', ' ', 'g')"
                                + " FROM pg_stat_statements WHERE query NOT LIKE '%pg_stat_statements%'"
                                + " ORDER BY total_plan_time + total_exec_time DESC LIMIT " + SHOWN)) {
            while (row.next()) {
                String text = row.getString(5);
                System.out.printf(
                        Locale.ROOT,
                        "  %6d calls, plan %6.2f, execution %6.2f, WAL %5.0f B: %s%n",
                        row.getLong(1),
                        row.getDouble(2) * 1e3 / units,
                        row.getDouble(3) * 1e3 / units,
                        row.getDouble(4) / units,
                        text.substring(0, Math.min(LETTERS, text.length())));
            }
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
