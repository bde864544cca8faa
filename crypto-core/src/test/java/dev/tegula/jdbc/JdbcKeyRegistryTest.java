package dev.tegula.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.kms.KekResult;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRegistry;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.RootRotationContract;
import dev.tegula.registry.UnsealedKey;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.ds.PGSimpleDataSource;

/** The contracts of a registry on PostgreSQL, and what only a database can be asked to do. */
final class JdbcKeyRegistryTest extends RootRotationContract {

    private static PGSimpleDataSource first;
    private static HikariDataSource pool;

    private PGSimpleDataSource dataSource;

    /** The first of a test in a schema that all tests empty and use again, further ones in schemas of their own. */
    @Override
    protected KeyRegistry empty() throws SQLException {
        if (dataSource != null) {
            return withSchema(Postgres.freshSchema());
        }
        if (first == null) {
            first = Postgres.freshSchema();
            withSchema(first);
            HikariConfig config = new HikariConfig();
            config.setDataSource(first);
            pool = new HikariDataSource(config);
        }
        dataSource = first;
        Postgres.run(first, "TRUNCATE tegula_key, tegula_job, tegula_range, tegula_instance, tegula_audit CASCADE");
        Postgres.run(first, "UPDATE tegula_audit_head SET seq = 0, mac = decode(repeat('00', 32), 'hex'), seal = NULL");
        return new JdbcKeyRegistry(new Transactions(pool, Postgres.capture()));
    }

    private static KeyRegistry withSchema(PGSimpleDataSource schema) {
        Transactions transactions = new Transactions(schema, Postgres.capture());
        transactions.each(SchemaScript.statements());
        return new JdbcKeyRegistry(transactions);
    }

    @AfterAll
    static void close() {
        pool.close();
    }

    /** Few statements, whatever the number of keys; and each key is told. */
    @Test
    void provideAll_oneHundredScopes_asksAndTellsTogether() throws SQLException {
        List<String> sent = new ArrayList<>();
        KeyRegistry counted = new JdbcKeyRegistry(new Transactions(pool, sent::add));
        List<Scope> scopes = IntStream.range(0, 100)
                .mapToObj(i -> Scope.data(SSN.field(), TenantId.of("tenant-" + i)))
                .toList();

        new KeyLifecycle(counted, seal, wrapping, row -> uses.get(), counted.clock())
                .provideAll(scopes, scope -> "main")
                .forEach(KekResult::get);

        assertThat(sent).filteredOn(sql -> sql.contains("tegula_key")).hasSizeLessThan(10);
        assertThat(sent).filteredOn(sql -> sql.startsWith("SELECT now()")).hasSize(1);
        int told = Postgres.run(
                pool,
                "UPDATE tegula_audit SET detail = detail WHERE action = 'tegula.key.create' AND tenant IN"
                        + " (SELECT tenant FROM tegula_key WHERE state = 'ACTIVE' AND field = 'patient.ssn')");
        assertThat(told).isEqualTo(100);
    }

    /** A function of that name that comes first in the search path must not end a waiting period. */
    @Test
    void clock_isTheDatabasesWhateverTheSearchPathPutsFirst() throws SQLException {
        PGSimpleDataSource schema = Postgres.freshSchema();
        withSchema(schema);
        Postgres.run(
                schema,
                "CREATE FUNCTION now() RETURNS timestamptz LANGUAGE sql AS $$ SELECT timestamptz '2140-01-01Z' $$");
        schema.setCurrentSchema(schema.getCurrentSchema() + ",pg_catalog");
        List<String> sent = new ArrayList<>();
        KeyRegistry registry = new JdbcKeyRegistry(new Transactions(schema, sent::add));

        assertThat(registry.clock().instant()).isBefore(Instant.parse("2140-01-01T00:00:00Z"));
        assertThat(sent).contains("SELECT now()");
    }

    /** What the database lets through, the seal refuses. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "tenant | '\\x0161636d65'::bytea",
                "field | 'patient.born'",
                "purpose | 'INDEX'",
                "version | 7",
                "state | 'DECRYPT_ONLY'",
                "rev | 1000",
                "provider | 'vault'",
                "kek_alias | 'spare'",
                "kek_version | '8'",
                "wrapped | '\\x00'::bytea",
                "wrapped | (SELECT o.wrapped FROM tegula_key o WHERE o.purpose = 'REGISTRY')",
                "created_at | created_at + interval '1 microsecond'",
                "activated_at | activated_at + interval '1 microsecond'",
                "activated_at | 'infinity'",
                "created_at | '-infinity'",
                "retired_at | now()",
                "exported_at | NULL",
                "seal | decode(repeat('00', 32), 'hex')",
                "key_id | decode(repeat('11', 32), 'hex')"
            })
    void list_columnUpdatedInSql_isRefused(String column, String value) throws SQLException {
        activeKey(SSN);
        int rows =
                Postgres.run(dataSource, "UPDATE tegula_key SET " + column + " = " + value + " WHERE purpose = 'DATA'");
        assertThat(rows).isEqualTo(1);

        assertThat(lifecycle.list()).extracting(KeyRow::scope).containsExactly(Scope.REGISTRY);
        assertThat(lifecycle.unsealed()).hasSize(1);
    }

    /** As before the constraint, or by anyone who may drop it: the row is refused, and no more than its beginning is read. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "wrapped | decode(repeat('00', 50000000), 'hex')",
                "kek_version | repeat('7', 50000000)",
                "provider | repeat('7', 50000000)",
                "kek_alias | repeat('7', 50000000)"
            })
    void active_ofAHugeRow_isRefusedAndNotRead(String column, String value) throws SQLException {
        PGSimpleDataSource schema = Postgres.freshSchema();
        KeyRegistry registry = withSchema(schema);
        Postgres.run(schema, "ALTER TABLE tegula_key DROP CONSTRAINT tegula_key_lengths");
        Postgres.run(
                schema,
                "INSERT INTO tegula_key VALUES (decode(repeat('11', 32), 'hex'), '\\x00', 'patient.ssn', 'DATA', 1, 1,"
                        + " 'ACTIVE', 1, 'p', 'a', '1', '\\x00', now(), now(), NULL, NULL,"
                        + " decode(repeat('22', 32), 'hex'))");
        Postgres.run(schema, "UPDATE tegula_key SET " + column + " = " + value);
        long before = read();
        try {
            assertThat(registry.active(SSN)).hasValueSatisfying(row -> assertThat(
                            row.provider().length() + row.kekAlias().length())
                    .isLessThan(300));
        } catch (IntegrityException e) {
            assertThat(e).hasMessageContaining("11111111");
        }
        assertThat(read() - before).isLessThan(10_000_000);
    }

    /** Bytes that this thread has allocated. */
    private static long read() {
        return ((com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean())
                .getCurrentThreadAllocatedBytes();
    }

    /** What no row of Tegula's can be, the database refuses. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "suite | 2 | tegula_key_suite",
                "state | 'LOST' | tegula_key_state",
                "state | 'DESTROYED' | tegula_key_kek_version",
                "purpose | 'REGISTRY' | tegula_key_root",
                "tenant | ''::bytea | tegula_key_tenant",
                "tenant | '\\x01'::bytea | tegula_key_tenant",
                "tenant | NULL | tenant",
                "field | 'Patient' | tegula_key_field",
                "version | 0 | tegula_key_numbers",
                "rev | 0 | tegula_key_numbers",
                "wrapped | NULL | tegula_key_wrapped",
                "activated_at | NULL | tegula_key_activated",
                "key_id | '\\x00'::bytea | tegula_key_id_size",
                "seal | '\\x00'::bytea | tegula_key_seal",
                "wrapped | decode(repeat('00', 8193), 'hex') | tegula_key_lengths",
                "kek_version | repeat('7', 2049) | tegula_key_lengths",
                "kek_alias | repeat('7', 201) | tegula_key_lengths",
                "provider | repeat('7', 201) | tegula_key_lengths"
            })
    void update_outsideTheConstraints_isRefusedByTheDatabase(String column, String value, String constraint) {
        activeKey(SSN);

        assertThatThrownBy(() -> Postgres.run(
                        dataSource, "UPDATE tegula_key SET " + column + " = " + value + " WHERE purpose = 'DATA'"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining(constraint);
    }

    @Test
    void list_suiteWithoutItsConstraint_isNoKeyAndNamed() throws SQLException {
        activeKey(SSN);
        Postgres.run(dataSource, "ALTER TABLE tegula_key DROP CONSTRAINT tegula_key_suite");
        Postgres.run(dataSource, "UPDATE tegula_key SET suite = 2 WHERE purpose = 'DATA'");

        assertThat(lifecycle.list()).extracting(KeyRow::scope).containsExactly(Scope.REGISTRY);
        assertThat(lifecycle.unsealed())
                .extracting(UnsealedKey::field)
                .containsExactly(SSN.field().value());
        Postgres.run(dataSource, "DELETE FROM tegula_key");
        Postgres.run(dataSource, "ALTER TABLE tegula_key ADD CONSTRAINT tegula_key_suite CHECK (suite = 1)");
    }

    @Test
    void find_rowDeletedByHand_isNotThere() throws SQLException {
        KeyRow row = activeKey(SSN);
        Postgres.run(dataSource, "DELETE FROM tegula_key WHERE purpose = 'DATA'");

        assertThat(registry.find(row.keyId())).isEmpty();
    }

    @Test
    void activate_openJobOfTheField_isFenced() throws SQLException {
        Postgres.run(dataSource, job("'patient.ssn'", "patient", "OPEN"));
        Postgres.run(dataSource, job("'patient.born'", "visit", "OPEN"));
        Postgres.run(dataSource, job("'patient.ssn'", "patient", "DONE"));

        KeyRow first = activeKey(SSN);
        assertThat(fences()).containsExactly(1L, 0L, 0L);

        activeKey(SSN);
        lifecycle.retire(first.keyId());
        assertThat(fences()).containsExactly(3L, 0L, 0L);
    }

    @Test
    void find_databaseWithoutSchema_namesTheCure() throws SQLException {
        KeyRegistry bare = new JdbcKeyRegistry(Postgres.freshSchema());

        assertThatThrownBy(() -> bare.find(pin))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("tegula schema apply");
        assertThatThrownBy(bare::all).isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> bare.epoch(row -> true)).isInstanceOf(ConfigurationException.class);
    }

    private static String job(String field, String table, String state) {
        String finished = state.equals("OPEN") ? "NULL" : "now()";
        return "WITH j AS (INSERT INTO tegula_job (id, schema_name, table_name, key_columns, total, state, finished_at)"
                + " VALUES (gen_random_uuid(), 'public', '" + table + "', ARRAY['id'], 1, '" + state + "', " + finished
                + ") RETURNING id) INSERT INTO tegula_job_key (job, column_name, field, tenant, source, target)"
                + " SELECT id, 'c', " + field + ", '\\x00', decode(repeat('01', 32), 'hex'),"
                + " decode(repeat('02', 32), 'hex') FROM j";
    }

    private List<Long> fences() {
        return new Transactions(dataSource).readCommitted(session -> {
            try (var select = session.prepare("SELECT array_agg(fence ORDER BY fence DESC) FROM tegula_job");
                    var result = select.executeQuery()) {
                result.next();
                return List.of((Long[]) result.getArray(1).getArray());
            }
        });
    }
}
