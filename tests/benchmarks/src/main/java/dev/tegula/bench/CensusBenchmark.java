package dev.tegula.bench;

import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.jdbc.CatalogueStore;
import dev.tegula.jdbc.TableName;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.reencrypt.CipherSource;
import dev.tegula.operations.reencrypt.Job;
import dev.tegula.operations.reencrypt.JobSpec;
import dev.tegula.operations.reencrypt.KeyMove;
import dev.tegula.operations.reencrypt.Reencryption;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.operations.rotation.Census;
import dev.tegula.operations.rotation.CensusReport;
import dev.tegula.operations.rotation.CensusReport.ColumnCount;
import dev.tegula.operations.rotation.Survey;
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
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a look at a large table, a count of it and a plan for it cost, and the memory of this process meanwhile, which must not grow
 * with the table. Arguments: rows (1000000), and rows that the planner's statistics are made to say (1000000000), 0 for none. The
 * table has two columns of copies of a few genuine envelopes, the fourth part of them under an old key. Baselines in the same
 * run: {@code SELECT count(*)}, one statement that groups by key id, and a walk along the key with OFFSET, as plans were made once.
 */
public final class CensusBenchmark {

    private static final Scope FIELD = Scope.data(FieldId.of("bench.value"), TenantId.none());
    private static final TableName TABLE = new TableName("public", "bench");
    private static final int RANGES = 64;

    private CensusBenchmark() {}

    /** Runs all. */
    public static void main(String[] arguments) throws Exception {
        long rows = arguments.length > 0 ? Long.parseLong(arguments[0]) : 1_000_000;
        long pretended = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1_000_000_000;
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                        .setPGStartupWait(Duration.ofMinutes(2))
                        .setServerConfig("fsync", "off")
                        .setServerConfig("max_wal_size", "1GB")
                        .start();
                HikariDataSource source = new HikariDataSource()) {
            source.setJdbcUrl(postgres.getJdbcUrl("postgres", "postgres"));
            Schema.apply(source);
            Transactions transactions = new Transactions(source);
            try (Tegula tegula = Tegula.builder("bench")
                    .kek("main", MemoryKms.create(), "main")
                    .registry(source)
                    .development()
                    .catalogue(seal -> new CatalogueStore(transactions, seal))
                    .build()) {
                new CensusBenchmark().run(source, tegula, rows, pretended);
            }
        }
    }

    private void run(HikariDataSource source, Tegula tegula, long rows, long pretended) throws Exception {
        KeyLifecycle lifecycle = tegula.lifecycle(row -> {
            throw new IllegalStateException("Nothing is retired here");
        });
        KeyRow old = lifecycle.provide(FIELD, "main");
        List<byte[]> before = envelopes(tegula);
        KeyRow fresh = lifecycle.create(FIELD, "main");
        lifecycle.backup(List.of(fresh.keyId()), kept -> {});
        lifecycle.activate(fresh.keyId());
        tegula.keyring().dropLeases();
        List<byte[]> after = envelopes(tegula);
        fill(source, rows, before, after);
        tegula.catalogue().orElseThrow().publish(List.of(column("value"), column("other")));
        long size = number(source, "SELECT pg_table_size('bench') / 1048576");
        System.out.printf(
                Locale.ROOT,
                "%n%,d rows, %,d MB; memory of this process %,d MB%n",
                rows,
                size,
                Benchmarks.residentMegabytes());
        say("SELECT count(*)", rows, () -> number(source, "SELECT count(*) FROM bench"));
        say(
                "one statement, GROUP BY key id",
                rows,
                () -> number(
                        source,
                        "SELECT count(*) FROM (SELECT i,"
                                + " substring(v from 3 for 32), count(*) FROM bench CROSS JOIN LATERAL (VALUES (0, value), (1, other))"
                                + " AS c (i, v) GROUP BY 1, 2) g"));
        Survey survey = new Survey(tegula, source, SweepSettings.standard());
        look("look, by a sample", survey, rows, old.keyId());
        Census census = new Census(tegula, source, Duration.ofSeconds(1));
        CensusReport[] counted = new CensusReport[2];
        say("census as of one moment", rows, () -> counted[0] = census.take(c -> true));
        say(
                "status --exact, by pages",
                rows,
                () -> counted[1] = survey.count(c -> true, new RunControl(), p -> {})
                        .report()
                        .orElseThrow());
        requireSame(counted[0], counted[1]);
        look("look, by the last census", survey, rows, old.keyId());
        Reencryption engine = new Reencryption(source, CipherSource.of(tegula.keyring()), SweepSettings.standard());
        KeyMove move = new KeyMove(FIELD, fresh.keyId(), Set.of(old.keyId()));
        say("count and OFFSET, no plan", rows, () -> walk(source, rows));
        run(source, "DELETE FROM pg_statistic WHERE starelid = 'bench'::regclass");
        plan(source, engine, move, rows);
        run(source, "ANALYZE bench", "TRUNCATE tegula_job CASCADE");
        plan(source, engine, move, rows);
        if (pretended > 0) {
            pretend(source, pretended);
            System.out.printf(Locale.ROOT, "statistics that say %,d rows%n", pretended);
            run(source, "TRUNCATE tegula_job CASCADE", "DELETE FROM tegula_census");
            look("look, by a sample", survey, pretended, old.keyId());
            plan(source, engine, move, rows);
        }
    }

    private static List<byte[]> envelopes(Tegula tegula) {
        var cipher = tegula.field("bench.value", String.class);
        return List.of("a", "b", "c").stream()
                .map(text -> cipher.encrypt(text.repeat(11), dev.tegula.Context.noTenant()))
                .toList();
    }

    private static void fill(HikariDataSource source, long rows, List<byte[]> before, List<byte[]> after)
            throws SQLException {
        run(
                source,
                "CREATE TABLE bench (id bigint, value bytea, other bytea) WITH (autovacuum_enabled = off)",
                "INSERT INTO bench SELECT g, CASE WHEN g % 4 = 0 THEN " + literal(before, "g") + " ELSE "
                        + literal(after, "g") + " END, CASE WHEN g % 10 < 3 THEN " + literal(after, "g")
                        + " END FROM generate_series(1, " + rows + ") g",
                "ALTER TABLE bench ADD PRIMARY KEY (id)",
                "VACUUM ANALYZE bench");
    }

    private static String literal(List<byte[]> envelopes, String number) {
        StringBuilder array = new StringBuilder("(ARRAY[");
        for (int i = 0; i < envelopes.size(); i++) {
            array.append(i == 0 ? "" : ", ")
                    .append("'\\x")
                    .append(HexFormat.of().formatHex(envelopes.get(i)))
                    .append("'::bytea");
        }
        return array + "])[1 + " + number + " % " + envelopes.size() + "]";
    }

    private interface Work {
        void run() throws Exception;
    }

    private static void say(String name, long rows, Work work) throws Exception {
        long start = System.nanoTime();
        work.run();
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "  %-34s %9.3f s %,14.0f rows/s %6d MB%n",
                name,
                seconds,
                rows / seconds,
                Benchmarks.residentMegabytes());
    }

    private static void look(String name, Survey survey, long rows, KeyId old) throws Exception {
        CensusReport[] seen = new CensusReport[1];
        say(name, rows, () -> seen[0] = survey.look(c -> true, Survey.Large.LAST_CENSUS));
        ColumnCount value = seen[0].columns().stream()
                .filter(c -> c.column().column().equals("value"))
                .findFirst()
                .orElseThrow();
        System.out.printf(
                Locale.ROOT,
                "    %s: %,d of %,d rows under the old key, +- %,d%n",
                value.basis().kind(),
                value.under(old),
                value.basis().rows(),
                value.basis().errors().getOrDefault(old, 0L));
    }

    private static void plan(HikariDataSource source, Reencryption engine, KeyMove move, long rows) throws Exception {
        Job[] planned = new Job[1];
        say(
                "plan of " + RANGES + " ranges",
                rows,
                () -> planned[0] = engine.plan(
                        new JobSpec(TABLE, List.of(column("value"), column("other")), List.of(move), RANGES),
                        way -> System.out.println("    " + way)));
        String sql =
                "SELECT min(n), max(n) FROM (SELECT r.idx, count(*) AS n FROM tegula_range r JOIN bench b ON (r.lo IS"
                        + " NULL OR b.id > (r.lo)[1]::bigint) AND (r.hi IS NULL OR b.id <= (r.hi)[1]::bigint) WHERE r.job = '"
                        + planned[0].id() + "' GROUP BY r.idx) c";
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            System.out.printf(
                    Locale.ROOT,
                    "    ranges of %,d to %,d rows, equal would be %,d%n",
                    row.getLong(1),
                    row.getLong(2),
                    rows / RANGES);
        }
    }

    /** The bounds of equal ranges. */
    private static void walk(HikariDataSource source, long rows) throws SQLException {
        number(source, "SELECT count(*) FROM bench");
        long at = 0;
        for (int i = 1; i < RANGES; i++) {
            at = number(
                    source,
                    "SELECT id FROM bench WHERE id > " + at + " ORDER BY id OFFSET " + (rows / RANGES - 1)
                            + " LIMIT 1");
        }
    }

    /** As if the table had so many rows: the statistics say so, and their histogram is the one it has. */
    private static void pretend(HikariDataSource source, long rows) throws SQLException {
        run(source, "UPDATE pg_class SET reltuples = " + rows + " WHERE oid = 'bench'::regclass");
    }

    private static void requireSame(CensusReport one, CensusReport other) {
        for (int i = 0; i < one.columns().size(); i++) {
            ColumnCount a = one.columns().get(i);
            ColumnCount b = other.columns().get(i);
            if (!a.values().equals(b.values()) || a.nulls() != b.nulls() || a.notEnvelopes() != b.notEnvelopes()) {
                throw new IllegalStateException("Two censuses of a table at rest differ: " + a + ", " + b);
            }
        }
    }

    private static long number(HikariDataSource source, String sql) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static void run(HikariDataSource source, String... statements) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static EncryptedColumn column(String name) {
        return EncryptedColumn.of("bench.value", "public.bench." + name, ValueType.STRING, "id");
    }
}
