package dev.tegula.bench;

import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Mode;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.jdbc.TableName;
import dev.tegula.operations.reencrypt.CipherSource;
import dev.tegula.operations.reencrypt.Job;
import dev.tegula.operations.reencrypt.JobOutcome;
import dev.tegula.operations.reencrypt.JobReport;
import dev.tegula.operations.reencrypt.JobSpec;
import dev.tegula.operations.reencrypt.KeyMove;
import dev.tegula.operations.reencrypt.ProgressListener;
import dev.tegula.operations.reencrypt.Reencryption;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.operations.schema.Schema;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRow;
import dev.tegula.test.MemoryKms;
import dev.tegula.value.ValueType;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Re-encryption of a table with three values of 64 bytes a row by one worker, beside the same paged compare-and-set
 * UPDATE without any cryptography, by hand, both with few and with many rows a page. Arguments: rows (50000) and rounds (3).
 */
public final class ReencryptBenchmark {

    private static final List<String> COLUMNS = List.of("a", "b", "c");
    private static final String VALUE = "0123456789abcdef".repeat(4);

    private final HikariDataSource source;
    private final Tegula tegula;
    private final int rows;

    private ReencryptBenchmark(HikariDataSource source, Tegula tegula, int rows) {
        this.source = source;
        this.tegula = tegula;
        this.rows = rows;
    }

    /** Runs it on an embedded PostgreSQL. */
    public static void main(String[] arguments) throws Exception {
        int rows = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 50_000;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
                HikariDataSource source = new HikariDataSource()) {
            source.setJdbcUrl(postgres.getJdbcUrl("postgres", "postgres"));
            Schema.apply(source);
            try (Tegula tegula = Tegula.builder("bench")
                    .kek("main", MemoryKms.create(), "main")
                    .registry(source)
                    .development()
                    .build()) {
                ReencryptBenchmark benchmark = new ReencryptBenchmark(source, tegula, rows);
                benchmark.fill();
                new Rounds(rounds)
                        .before(benchmark::vacuum)
                        .with("the same UPDATE, no cryptography, 100 rows a page", () -> benchmark.copy(100))
                        .with("the same, 1,000 rows a page", () -> benchmark.copy(1_000))
                        .with("re-encryption, 100 rows a page", () -> benchmark.reencrypt(100))
                        .with("re-encryption, up to 1,000 rows a page", () -> benchmark.reencrypt(1_000))
                        .run("three values a row, one worker, rows", rows);
            }
        }
    }

    private void fill() throws SQLException {
        List<FieldCipher<String>> ciphers = COLUMNS.stream()
                .map(c -> tegula.field(field(c).value(), String.class))
                .toList();
        try (Connection connection = source.getConnection();
                Statement ddl = connection.createStatement()) {
            ddl.execute("CREATE TABLE bench (id uuid PRIMARY KEY, a bytea, b bytea, c bytea)");
            ddl.execute("CREATE TABLE bench_cursor (id int PRIMARY KEY, at uuid)");
            ddl.execute("INSERT INTO bench_cursor VALUES (1, NULL)");
            connection.setAutoCommit(false);
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO bench VALUES (?, ?, ?, ?)")) {
                for (int i = 0; i < rows; i++) {
                    insert.setObject(1, UUID.randomUUID());
                    for (int c = 0; c < COLUMNS.size(); c++) {
                        insert.setBytes(c + 2, ciphers.get(c).encrypt(VALUE, Context.noTenant()));
                    }
                    insert.addBatch();
                }
                insert.executeBatch();
            }
            connection.commit();
        }
    }

    private void reencrypt(int batch) throws SQLException {
        KeyLifecycle lifecycle = tegula.lifecycle(row -> {
            throw new IllegalStateException("Nothing is retired here");
        });
        List<KeyMove> moves = new ArrayList<>();
        for (String column : COLUMNS) {
            Scope scope = Scope.data(field(column), TenantId.none());
            KeyRow old = tegula.registry().active(scope).orElseThrow();
            KeyRow fresh = lifecycle.create(scope, "main");
            lifecycle.backup(List.of(fresh.keyId()), rows -> {});
            lifecycle.activate(fresh.keyId());
            moves.add(new KeyMove(scope, fresh.keyId(), Set.of(old.keyId())));
        }
        Reencryption engine = new Reencryption(
                source,
                CipherSource.of(tegula.keyring()),
                SweepSettings.standard().withBatchRows(batch));
        List<EncryptedColumn> columns =
                COLUMNS.stream().map(ReencryptBenchmark::column).toList();
        Job job = engine.plan(new JobSpec(new TableName("public", "bench"), columns, moves, 1));
        JobReport report = engine.sweep(job.id(), 1, new RunControl(), ProgressListener.none());
        if (report.outcome() != JobOutcome.DONE || report.moved() != (long) rows * COLUMNS.size()) {
            throw new IllegalStateException(report.toString());
        }
        engine.close(job.id(), new RunControl());
    }

    private void copy(int batch) throws SQLException {
        new PlainSweep(source, batch).run(rows);
    }

    private void vacuum() throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("VACUUM FULL ANALYZE bench");
            statement.execute("CHECKPOINT");
        }
    }

    private static FieldId field(String column) {
        return FieldId.of("bench." + column);
    }

    private static EncryptedColumn column(String name) {
        return new EncryptedColumn(
                field(name),
                "public",
                "bench",
                name,
                List.of("id"),
                false,
                Optional.empty(),
                Mode.FIELD,
                ValueType.STRING,
                false,
                "bench");
    }
}
