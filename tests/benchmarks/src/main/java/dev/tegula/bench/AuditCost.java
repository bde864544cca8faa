package dev.tegula.bench;

import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.sql.DataSource;

/** What a transaction takes of the server's processors, of those of this process, and of the log that a COMMIT waits for. */
final class AuditCost {

    /** Of one turn, for each transaction. */
    private record Turn(double server, double process, double log) {}

    private final DataSource database;
    private final ServerCpu server;
    private final Map<String, List<Turn>> turns = new HashMap<>();
    private double serverBefore;
    private double processBefore;
    private double logBefore;

    AuditCost(DataSource database) throws SQLException {
        this.database = database;
        this.server = new ServerCpu((long) number("SELECT pg_backend_pid()"));
    }

    void forget() {
        turns.clear();
    }

    void begin() throws SQLException {
        logBefore = log();
        processBefore = process();
        serverBefore = server.seconds().orElse(0);
    }

    void end(String way, long transactions) throws SQLException {
        double serverUsed = server.seconds().orElse(0) - serverBefore;
        double processUsed = process() - processBefore;
        double logged = log() - logBefore;
        turns.computeIfAbsent(way, none -> new ArrayList<>())
                .add(new Turn(
                        serverUsed * 1e6 / transactions, processUsed * 1e6 / transactions, logged / transactions));
    }

    String of(String way) {
        List<Turn> own = turns.getOrDefault(way, List.of());
        return String.format(
                Locale.ROOT,
                "%.0f us of the server, %.0f us of the client, %,.0f B of log",
                Rounds.median(own.stream().map(Turn::server).toList()),
                Rounds.median(own.stream().map(Turn::process).toList()),
                Rounds.median(own.stream().map(Turn::log).toList()));
    }

    private double log() throws SQLException {
        return number("SELECT pg_current_wal_insert_lsn() - '0/0'");
    }

    private static double process() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getProcessCpuTime() / 1e9
                : 0;
    }

    private double number(String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getDouble(1);
        }
    }
}
