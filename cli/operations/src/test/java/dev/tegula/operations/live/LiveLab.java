package dev.tegula.operations.live;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.FieldSpec;
import dev.tegula.Tegula;
import dev.tegula.TegulaBuilder;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Mode;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.jdbc.TableName;
import dev.tegula.keyring.KeyringSettings;
import dev.tegula.kms.Kek;
import dev.tegula.kms.Kms;
import dev.tegula.operations.reencrypt.CipherSource;
import dev.tegula.operations.reencrypt.JobSpec;
import dev.tegula.operations.reencrypt.KeyMove;
import dev.tegula.operations.reencrypt.Reencryption;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.operations.schema.Schema;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyUses;
import dev.tegula.test.MemoryKms;
import dev.tegula.test.servers.Proofs;
import dev.tegula.value.ValueType;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** One database of its own on a shared server, with Tegula's schema and an engine whose keys are made on demand. */
public final class LiveLab implements AutoCloseable {

    private static final AtomicInteger COUNTER = new AtomicInteger();
    private static @Nullable EmbeddedPostgres server;
    private static @Nullable String template;

    public final MemoryKms kms;
    public final HikariDataSource database;
    public final Tegula tegula;
    private final String name;

    /** Stays open when one of its engines ends: others are on the same keys. */
    private record Shared(Kms kms) implements Kms {

        @Override
        public String provider() {
            return kms.provider();
        }

        @Override
        public Kek kek(String key) {
            return kms.kek(key);
        }

        @Override
        public void close() {}
    }

    private LiveLab(MemoryKms kms, String name, KeyringSettings settings) {
        this.kms = kms;
        this.name = name;
        this.database = pool("postgres", name);
        this.tegula = engine(settings, "lab");
    }

    public static LiveLab start() {
        return start(KeyringSettings.defaults());
    }

    public static LiveLab start(KeyringSettings settings) {
        return new LiveLab(MemoryKms.create(), newDatabase(), settings);
    }

    /** Another with the same tables, rows and keys, for what takes long to make; this one must be closed. */
    public LiveLab copy() {
        return new LiveLab(kms, copyOf(name), KeyringSettings.defaults());
    }

    /** The name of a new database with Tegula's schema, on the server at {@link #port}. */
    public static String newDatabase() {
        return copyOf(template());
    }

    /** A database with the schema that nobody uses but for copies: to make the schema takes longer than to copy it. */
    private static synchronized String template() {
        if (template == null) {
            String made = copyOf("template1");
            Schema.apply(server().getDatabase("postgres", made));
            template = made;
        }
        return template;
    }

    private static String copyOf(String from) {
        String name = "lab" + COUNTER.incrementAndGet();
        try (Connection connection = server().getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name + " TEMPLATE " + from);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return name;
    }

    /** The port of the server that these databases are on. */
    public static int port() {
        return server().getPort();
    }

    private static synchronized EmbeddedPostgres server() {
        try {
            if (server == null) {
                server = EmbeddedPostgres.builder()
                        .setPGStartupWait(Duration.ofMinutes(2))
                        .setServerConfig("fsync", "off")
                        // What the planner and the statistics say must not depend on when it last looked.
                        .setServerConfig("autovacuum", "off")
                        .setServerConfig("max_prepared_transactions", "5")
                        .setServerConfig("wal_level", "logical")
                        .start();
            }
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same database as another role. */
    public HikariDataSource as(String role) {
        return pool(role, name);
    }

    private static HikariDataSource pool(String role, String name) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(server().getDatabase(role, name));
        config.setMaximumPoolSize(40);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(120_000);
        return new HikariDataSource(config);
    }

    /** One more process of the application. */
    public Tegula engine(KeyringSettings settings, String instance) {
        return engine(settings, instance, database);
    }

    /** The same on another way to the database. */
    public Tegula engine(KeyringSettings settings, String instance, DataSource way) {
        TegulaBuilder builder = Tegula.builder("lab").kek("main", new Shared(kms), "main");
        return builder.registry(way)
                .settings(settings)
                .instanceName(instance)
                .development()
                .build();
    }

    public Reencryption reencryption(SweepSettings settings) {
        return new Reencryption(database, CipherSource.of(tegula.keyring()), settings);
    }

    public void sql(String... statements) {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    public long number(String sql) {
        return Long.parseLong(text(sql));
    }

    public String text(String sql) {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? String.valueOf(row.getString(1)) : "(no row)";
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    public void update(String sql, @Nullable Object... parameters) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            statement.executeUpdate();
        }
    }

    public byte[] bytes(String sql) {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getBytes(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The cipher of a text field. */
    public FieldCipher<String> field(String field) {
        return tegula.field(field, String.class);
    }

    /** The cipher of a text field with a key for each tenant. */
    public FieldCipher<String> tenantField(String field) {
        return tegula.field(FieldSpec.of(field, String.class).withKeyPerTenant());
    }

    public static EncryptedColumn column(String field, String table, String column, String... keys) {
        return column(field, table, column, Optional.empty(), keys);
    }

    public static EncryptedColumn column(
            String field, String table, String column, Optional<String> tenantColumn, String... keys) {
        return new EncryptedColumn(
                FieldId.of(field),
                "public",
                table,
                column,
                List.of(keys),
                tenantColumn.isPresent(),
                tenantColumn,
                Mode.FIELD,
                ValueType.STRING,
                false,
                "test." + table + "." + column);
    }

    public static Scope scope(String field) {
        return Scope.data(FieldId.of(field), TenantId.none());
    }

    public KeyId activeKey(Scope scope) {
        return tegula.registry().active(scope).orElseThrow().keyId();
    }

    /** Makes and activates the next key of a scope; the old one becomes DECRYPT_ONLY. */
    public KeyRow nextKey(Scope scope) {
        KeyLifecycle lifecycle = tegula.lifecycle(row -> new KeyUses.Uses(new TreeMap<>(), List.of(), true));
        KeyRow created = lifecycle.create(scope, "main");
        lifecycle.backup(List.of(created.keyId()), rows -> {});
        KeyRow active = lifecycle.activate(created.keyId());
        tegula.keyring().dropLeases();
        return active;
    }

    public static JobSpec spec(List<EncryptedColumn> columns, KeyMove... moves) {
        return spec(columns, 0, moves);
    }

    public static JobSpec spec(List<EncryptedColumn> columns, int ranges, KeyMove... moves) {
        return new JobSpec(TableName.of(columns.get(0)), columns, List.of(moves), ranges);
    }

    public static KeyMove move(Scope scope, KeyId target, KeyId... sources) {
        return new KeyMove(scope, target, Set.of(sources));
    }

    /** A table {@code patient(id bigint, ssn bytea, note bytea, other text)} of so many rows, all under the first keys. */
    public void patients(int rows) throws SQLException {
        sql("CREATE TABLE patient (id bigint PRIMARY KEY, ssn bytea, note bytea, other text NOT NULL DEFAULT 'x')");
        FieldCipher<String> ssn = field("patient.ssn");
        FieldCipher<String> note = field("patient.note");
        try (Connection connection = database.getConnection();
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO patient (id, ssn, note) VALUES (?, ?, ?)")) {
            connection.setAutoCommit(false);
            for (int i = 0; i < rows; i++) {
                insert.setLong(1, i);
                insert.setBytes(2, ssn.encrypt("ssn-" + i, Context.noTenant()));
                insert.setBytes(3, i % 3 == 0 ? null : note.encrypt("note-" + i, Context.noTenant()));
                insert.addBatch();
                if (i % 1_000 == 999) {
                    insert.executeBatch();
                }
            }
            insert.executeBatch();
            connection.commit();
        }
        sql("VACUUM ANALYZE patient");
    }

    public static List<EncryptedColumn> patientColumns() {
        return List.of(column("patient.ssn", "patient", "ssn", "id"), column("patient.note", "patient", "note", "id"));
    }

    /** Values of a column under a key. */
    public long under(KeyId key, String table, String column) {
        return number("SELECT count(*) FROM " + table + " WHERE substring(" + column + " from 3 for 32) = '\\x"
                + key.hex() + "'");
    }

    /** Each rotation waits for it, and a busy machine must answer within three of them; long proofs run beside much else. */
    public static KeyringSettings shortLease() {
        return KeyringSettings.defaults().withWriteLease(Duration.ofMillis(Proofs.count(500, 3_000)));
    }

    public static UUID uuid(int i) {
        return new UUID(0x1234_5678_9abc_4defL ^ ((long) i << 40), i);
    }

    @Override
    public void close() {
        tegula.close();
        database.close();
    }
}
