package dev.tegula.bench;

import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Mode;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.jdbc.TableName;
import dev.tegula.operations.reencrypt.CipherSource;
import dev.tegula.operations.reencrypt.Job;
import dev.tegula.operations.reencrypt.JobSpec;
import dev.tegula.operations.reencrypt.KeyMove;
import dev.tegula.operations.reencrypt.Reencryption;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.operations.schema.Schema;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRow;
import dev.tegula.test.MemoryKms;
import dev.tegula.value.ValueType;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Planning the re-encryption of a large table, beside what a plan did before: a count of the whole table and a walk along its key
 * with OFFSET. Arguments: rows (3000000). The first does not grow with the table; the second does.
 */
public final class PlanBenchmark {

    private static final Scope FIELD = Scope.data(FieldId.of("bench.value"), TenantId.none());
    private static final int RANGES = 64;

    private PlanBenchmark() {}

    /** Runs both, with statistics and without. */
    public static void main(String[] arguments) throws Exception {
        int rows = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3_000_000;
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
                HikariDataSource source = new HikariDataSource()) {
            source.setJdbcUrl(postgres.getJdbcUrl("postgres", "postgres"));
            Schema.apply(source);
            try (Tegula tegula = Tegula.builder("bench")
                    .kek("main", MemoryKms.create(), "main")
                    .registry(source)
                    .development()
                    .build()) {
                KeyLifecycle lifecycle = tegula.lifecycle(row -> {
                    throw new IllegalStateException("Nothing is retired here");
                });
                KeyRow old = lifecycle.provide(FIELD, "main");
                fill(source, rows, old.keyId().hex());
                KeyRow fresh = lifecycle.create(FIELD, "main");
                lifecycle.backup(List.of(fresh.keyId()), kept -> {});
                lifecycle.activate(fresh.keyId());
                KeyMove move = new KeyMove(FIELD, fresh.keyId(), Set.of(old.keyId()));
                Reencryption engine =
                        new Reencryption(source, CipherSource.of(tegula.keyring()), SweepSettings.standard());
                System.out.printf(Locale.ROOT, "%nplanning %,d rows, %d ranges%n", rows, RANGES);
                say(
                        "count and OFFSET, as before",
                        () -> before(source, rows, old.keyId().hex()));
                plan("sample (no statistics)", source, engine, move);
                run(source, "ANALYZE bench", "TRUNCATE tegula_job CASCADE");
                plan("histogram", source, engine, move);
            }
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private static void say(String name, Work work) throws Exception {
        long start = System.nanoTime();
        work.run();
        System.out.printf(Locale.ROOT, "  %-30s %9.3f s%n", name, (System.nanoTime() - start) / 1e9);
    }

    private static void plan(String name, HikariDataSource source, Reencryption engine, KeyMove move) throws Exception {
        Job[] planned = new Job[1];
        say(
                name,
                () -> planned[0] = engine.plan(
                        new JobSpec(new TableName("public", "bench"), List.of(column()), List.of(move), RANGES)));
        String sql =
                "SELECT min(n), max(n) FROM (SELECT r.idx, count(*) AS n FROM tegula_range r JOIN bench b ON (r.lo IS"
                        + " NULL OR b.id > (r.lo)[1]::uuid) AND (r.hi IS NULL OR b.id <= (r.hi)[1]::uuid) WHERE r.job = '"
                        + planned[0].id() + "' GROUP BY r.idx) c";
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            System.out.printf(
                    Locale.ROOT,
                    "    ranges of %,d to %,d rows; %,d values estimated%n",
                    row.getLong(1),
                    row.getLong(2),
                    planned[0].total());
        }
    }

    private static void before(HikariDataSource source, int rows, String key) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement
                    .executeQuery("SELECT count(*), count(*) FILTER (WHERE substring(value from 3 for 32) = '\\x" + key
                            + "') FROM bench")
                    .close();
            String at = "";
            for (int i = 1; i < RANGES; i++) {
                try (ResultSet row = statement.executeQuery(
                        "SELECT id FROM bench" + at + " ORDER BY id OFFSET " + (rows / RANGES - 1) + " LIMIT 1")) {
                    row.next();
                    at = " WHERE id > '" + row.getString(1) + "'";
                }
            }
        }
    }

    private static void fill(HikariDataSource source, int rows, String key) throws SQLException {
        run(
                source,
                "CREATE TABLE bench (id uuid PRIMARY KEY, value bytea) WITH (autovacuum_enabled = off)",
                "INSERT INTO bench SELECT gen_random_uuid(), '\\x0100" + key
                        + "'::bytea || decode(repeat('ab', 60), 'hex') FROM generate_series(1, " + rows + ")");
    }

    private static void run(HikariDataSource source, String... statements) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static EncryptedColumn column() {
        return new EncryptedColumn(
                FieldId.of("bench.value"),
                "public",
                "bench",
                "value",
                List.of("id"),
                false,
                Optional.empty(),
                Mode.FIELD,
                ValueType.STRING,
                false,
                "bench");
    }
}
