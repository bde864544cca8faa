package dev.tegula.bench;

import dev.tegula.Tegula;
import dev.tegula.TegulaBuilder;
import dev.tegula.operations.schema.Schema;
import dev.tegula.secret.SecretBatch;
import dev.tegula.secret.SecretChange;
import dev.tegula.secret.SecretName;
import dev.tegula.secret.SecretValue;
import dev.tegula.test.MemoryKms;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.sql.DataSource;

/**
 * New engines that read secrets, beside a plain table with the same texts and beside an engine that reads none, in turns: time, and
 * calls of the KMS. Arguments: secrets (200), milliseconds of a call of the KMS (40), rounds (5).
 */
public final class SecretsBenchmark {

    private static final String ONE = "one/namespace";

    private final DataSource database;
    private final SlowKms kms;
    private final int secrets;

    private SecretsBenchmark(DataSource database, SlowKms kms, int secrets) {
        this.database = database;
        this.kms = kms;
        this.secrets = secrets;
    }

    /** Runs it. */
    public static void main(String[] arguments) throws Exception {
        int secrets = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200;
        int millis = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 40;
        int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 5;
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
                MemoryKms memory = MemoryKms.create()) {
            DataSource database = postgres.getPostgresDatabase();
            Schema.apply(database);
            SlowKms kms = new SlowKms(memory, Duration.ZERO);
            SecretsBenchmark benchmark = new SecretsBenchmark(database, kms, secrets);
            benchmark.fill();
            kms.slow(Duration.ofMillis(millis));
            Map<String, Way> ways = new LinkedHashMap<>();
            ways.put("plain table, " + secrets + " texts", benchmark::plain);
            ways.put("engine alone", () -> benchmark.read(List.of()));
            ways.put("1 secret", () -> benchmark.read(List.of(ONE + "/n0")));
            ways.put(secrets + " secrets of 1 namespace", () -> benchmark.read(List.of(ONE)));
            ways.put(secrets + " secrets of " + secrets + " namespaces", () -> benchmark.read(List.of("many")));
            System.out.printf(Locale.ROOT, "%na KMS of %d ms, medians of %d rounds%n", millis, rounds);
            double[][] times = new double[ways.size()][rounds];
            long[] calls = new long[ways.size()];
            for (int round = -1; round < rounds; round++) {
                int way = 0;
                for (Way each : ways.values()) {
                    long before = kms.calls.get();
                    long begun = System.nanoTime();
                    each.run();
                    if (round >= 0) {
                        times[way][round] = (System.nanoTime() - begun) / 1e6;
                        calls[way] = kms.calls.get() - before;
                    }
                    way++;
                }
            }
            int way = 0;
            for (String name : ways.keySet()) {
                Arrays.sort(times[way]);
                System.out.printf(Locale.ROOT, "%-40s %7.0f ms  %4d calls%n", name, times[way][rounds / 2], calls[way]);
                way++;
            }
        }
    }

    /** One way to get values. */
    @FunctionalInterface
    private interface Way {
        void run() throws Exception;
    }

    private TegulaBuilder builder() {
        TegulaBuilder builder = Tegula.builder("bench").kek("main", kms, "main").secrets(ONE, "main");
        for (int i = 0; i < secrets; i++) {
            builder.secrets("many/n" + i, "main");
        }
        return builder.registry(database).development();
    }

    private void fill() throws SQLException {
        try (Tegula tegula = builder().build();
                SecretBatch one = new SecretBatch();
                SecretBatch many = new SecretBatch();
                Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            SecretChange by = SecretChange.by("bench");
            for (int i = 0; i < secrets; i++) {
                byte[] value = ("value of the secret " + i).getBytes(StandardCharsets.UTF_8);
                one.put(new SecretName(ONE + "/n" + i), value, by);
                many.put(new SecretName("many/n" + i + "/key"), value, by);
            }
            tegula.secrets().change(one);
            tegula.secrets().change(many);
            statement.execute("CREATE TABLE plain (name text PRIMARY KEY, value text NOT NULL)");
            statement.execute("INSERT INTO plain SELECT 'n' || i, 'value of the secret ' || i FROM generate_series(1, "
                    + secrets + ") AS s (i)");
        }
    }

    private void plain() throws SQLException {
        int read = 0;
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("SELECT name, value FROM plain");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                read += rows.getString(2).isEmpty() ? 0 : 1;
            }
        }
        require(read, secrets);
    }

    private void read(List<String> prefixes) {
        try (Tegula tegula = builder().build()) {
            for (String prefix : prefixes) {
                List<SecretValue> values = tegula.secrets().getAll(new SecretName(prefix));
                require(values.size(), prefix.endsWith("/n0") ? 1 : secrets);
                values.forEach(SecretValue::close);
            }
        }
    }

    private static void require(int read, int expected) {
        if (read != expected) {
            throw new IllegalStateException("Read " + read + " values, not " + expected);
        }
    }
}
