package dev.tegula.bench;

import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.jdbc.TableName;
import dev.tegula.operations.reencrypt.CipherSource;
import dev.tegula.operations.reencrypt.Job;
import dev.tegula.operations.reencrypt.JobReport;
import dev.tegula.operations.reencrypt.JobSpec;
import dev.tegula.operations.reencrypt.KeyMove;
import dev.tegula.operations.reencrypt.ProgressListener;
import dev.tegula.operations.reencrypt.RangeReport;
import dev.tegula.operations.reencrypt.Reencryption;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.operations.schema.Schema;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRow;
import dev.tegula.test.MemoryKms;
import dev.tegula.value.ValueType;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** A table with three encrypted values of 64 bytes a row, on a PostgreSQL that waits for its disk at each COMMIT. */
final class SweptTable implements AutoCloseable {

    static final List<String> COLUMNS = List.of("a", "b", "c");
    static final String VALUE = "0123456789abcdef".repeat(4);

    final HikariDataSource source = new HikariDataSource();
    final Tegula tegula;
    private final EmbeddedPostgres postgres;
    private final List<UUID> ids = new ArrayList<>();

    SweptTable(int rows) throws IOException, SQLException {
        this(rows, "");
    }

    /** On a server that loads these libraries at its start. */
    SweptTable(int rows, String libraries) throws IOException, SQLException {
        postgres = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("shared_preload_libraries", libraries)
                .setServerConfig("pg_stat_statements.track_planning", "on")
                .start();
        source.setJdbcUrl(postgres.getJdbcUrl("postgres", "postgres"));
        source.setMaximumPoolSize(40);
        source.setMinimumIdle(0);
        Schema.apply(source);
        tegula = Tegula.builder("bench")
                .kek("main", MemoryKms.create(), "main")
                .registry(source)
                .development()
                .build();
        fill(rows);
    }

    /** The keys of its rows. */
    List<UUID> ids() {
        return List.copyOf(ids);
    }

    List<FieldCipher<String>> ciphers() {
        return COLUMNS.stream()
                .map(c -> tegula.field(field(c).value(), String.class))
                .toList();
    }

    private void fill(int rows) throws SQLException {
        List<FieldCipher<String>> ciphers = ciphers();
        try (Connection connection = source.getConnection();
                Statement ddl = connection.createStatement()) {
            ddl.execute("CREATE TABLE bench (id uuid PRIMARY KEY, a bytea, b bytea, c bytea)");
            ddl.execute("CREATE TABLE bench_cursor (id int PRIMARY KEY, at uuid)");
            ddl.execute("INSERT INTO bench_cursor VALUES (1, NULL), (2, NULL)");
            connection.setAutoCommit(false);
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO bench VALUES (?, ?, ?, ?)")) {
                for (int i = 0; i < rows; i++) {
                    UUID id = UUID.randomUUID();
                    ids.add(id);
                    insert.setObject(1, id);
                    for (int c = 0; c < COLUMNS.size(); c++) {
                        insert.setBytes(c + 2, ciphers.get(c).encrypt(VALUE, Context.noTenant()));
                    }
                    insert.addBatch();
                    if (i % 1_000 == 999) {
                        insert.executeBatch();
                    }
                }
                insert.executeBatch();
            }
            connection.commit();
            connection.setAutoCommit(true);
            ddl.execute("CREATE TABLE bench_plain (LIKE bench INCLUDING ALL)");
            ddl.execute("INSERT INTO bench_plain SELECT * FROM bench");
        }
    }

    /** A new key for each column, and the job that moves the values to it. */
    Job plan(int batch) {
        return plan(batch, 1);
    }

    /** The same, cut into so many ranges. */
    Job plan(int batch, int ranges) {
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
        tegula.keyring().dropLeases();
        List<EncryptedColumn> columns = COLUMNS.stream().map(SweptTable::column).toList();
        return engine(batch).plan(new JobSpec(new TableName("public", "bench"), columns, moves, ranges));
    }

    /** Runs a job with one worker. */
    JobReport sweep(Job job, int batch, RunControl control) {
        return sweep(job, batch, 1, control);
    }

    /** The same with more workers. */
    JobReport sweep(Job job, int batch, int workers, RunControl control) {
        return sweep(job, batch, workers, control, ProgressListener.none());
    }

    /** The same with a listener. */
    JobReport sweep(Job job, int batch, int workers, RunControl control, ProgressListener listener) {
        return engine(batch).sweep(job.id(), workers, control, listener);
    }

    /** Runs one range of a job. */
    RangeReport run(Job job, int idx, int batch) {
        return engine(batch).run(job.id(), idx, new RunControl());
    }

    void end(Job job, int batch) {
        engine(batch).close(job.id(), new RunControl());
    }

    private Reencryption engine(int batch) {
        return new Reencryption(
                source,
                CipherSource.of(tegula.keyring()),
                SweepSettings.standard().withBatchRows(batch));
    }

    /** Puts the table and the server into the state of the start, as far as that goes. */
    void vacuum() throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("VACUUM FULL ANALYZE bench");
            statement.execute("VACUUM FULL ANALYZE bench_plain");
            statement.execute("CHECKPOINT");
        }
    }

    /** The server's process behind one of the connections. */
    long backend() throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
            row.next();
            return row.getLong(1);
        }
    }

    private static FieldId field(String column) {
        return FieldId.of("bench." + column);
    }

    private static EncryptedColumn column(String name) {
        return EncryptedColumn.of(field(name).value(), "public.bench." + name, ValueType.STRING, "id");
    }

    @Override
    public void close() throws IOException {
        tegula.close();
        source.close();
        postgres.close();
    }
}
