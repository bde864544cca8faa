package dev.tegula.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.cipher.RootKey;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Mode;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.TegulaException;
import dev.tegula.kms.WrappedKey;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import dev.tegula.registry.KeyWrapping;
import dev.tegula.registry.RegistrySeal;
import dev.tegula.registry.Seal;
import dev.tegula.registry.SealDoor;
import dev.tegula.registry.TestKeks;
import dev.tegula.value.ValueType;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Every column of the registry's and the catalogue's tables, set to what its type can hold and no row of Tegula's does, in
 * tables without constraints: the row is named and can be removed, and the rows beside it serve.
 */
@Tag("long")
final class HostileRowsTest {

    private static final Map<String, List<String>> VALUES = Map.of(
            "bytea",
                    List.of(
                            "''",
                            "'\\x00'",
                            "'\\x01ff'",
                            "decode(repeat('00', 33), 'hex')",
                            "decode(repeat('ab', 9000), 'hex')"),
            "text", List.of("''", "' '", "E'\\n'", "E'\\u001b[2J'", "repeat('x', 100000)", "'\"; --'", "'Ünïcode'"),
            "int8", List.of("-9223372036854775808", "-1", "0", "2147483648", "9223372036854775807"),
            "timestamptz", List.of("'infinity'", "'-infinity'", "'4713-01-01 BC'", "'294276-12-31'"),
            "bool", List.of("true", "false"),
            "_text",
                    List.of(
                            "'{}'",
                            "'{NULL}'",
                            "'{\"\"}'",
                            "'{{a,b},{c,d}}'",
                            "'[5:6]={a,b}'",
                            "array_fill('k'::text, ARRAY[33])",
                            "ARRAY[repeat('k', 100000)]"),
            "uuid", List.of("'00000000-0000-0000-0000-000000000000'"));

    private static PGSimpleDataSource dataSource;
    private static Transactions transactions;
    private static RegistrySeal seal;

    private final JdbcKeyRegistry registry = new JdbcKeyRegistry(transactions);
    private final CatalogueStore catalogue = new CatalogueStore(transactions, seal);
    private final KeyLifecycle lifecycle = new KeyLifecycle(
            registry,
            seal,
            new KeyWrapping("tests", new TestKeks().keks()),
            row -> {
                throw new AssertionError();
            },
            InstantSource.system());
    private KeyRow good;
    private KeyRow hit;

    @BeforeAll
    static void open() throws SQLException {
        dataSource = Postgres.freshSchema();
        transactions = new Transactions(dataSource, Postgres.capture());
        transactions.each(SchemaScript.statements());
        try (RootKey root = RootKey.generate(new SecureRandom())) {
            seal = SealDoor.under(root);
        }
        for (String drop : texts("""
                SELECT 'ALTER TABLE ' || conrelid::regclass || ' DROP CONSTRAINT IF EXISTS ' || quote_ident(conname) || ' CASCADE'
                FROM pg_constraint WHERE conrelid::regclass::text LIKE 'tegula%' AND contype IN ('c', 'u', 'p', 'f')
                  AND conname <> 'tegula_field_pk'
                  AND connamespace = current_schema()::regnamespace""")) {
            Postgres.run(dataSource, drop);
        }
        for (String drop : texts("""
                SELECT 'ALTER TABLE ' || attrelid::regclass || ' ALTER ' || quote_ident(attname) || ' DROP NOT NULL'
                FROM pg_attribute WHERE attnotnull AND attnum > 0 AND attrelid IN ('tegula_key'::regclass,
                  'tegula_instance'::regclass, 'tegula_schema'::regclass)""")) {
            Postgres.run(dataSource, drop);
        }
        for (String drop : texts("""
                SELECT 'ALTER TABLE tegula_field ALTER ' || quote_ident(attname) || ' DROP NOT NULL'
                FROM pg_attribute WHERE attnotnull AND attnum > 0 AND attrelid = 'tegula_field'::regclass
                  AND attname NOT IN ('schema_name', 'table_name', 'column_name')""")) {
            Postgres.run(dataSource, drop);
        }
    }

    @AfterAll
    static void drop() throws SQLException {
        Postgres.run(dataSource, "DROP SCHEMA " + dataSource.getCurrentSchema() + " CASCADE");
    }

    @BeforeEach
    void fill() throws SQLException {
        Postgres.run(dataSource, "TRUNCATE tegula_key, tegula_field, tegula_instance, tegula_schema");
        Postgres.run(dataSource, "INSERT INTO tegula_schema (version) VALUES (1)");
        good = insert("patient.born", 1);
        hit = insert("patient.ssn", 2);
        catalogue.publish(List.of(column("patient.born", "born"), column("patient.ssn", "ssn")));
    }

    static Stream<String> hostileKeys() throws SQLException {
        return hostile("tegula_key").filter(edit -> !edit.equals("\"tenant\" = '\\x00'"));
    }

    @ParameterizedTest
    @MethodSource("hostileKeys")
    void keyRow_anyColumnHostile_isNamedRemovedAndStopsNoOtherKey(String edit) throws SQLException {
        Postgres.run(dataSource, "UPDATE tegula_key SET " + edit + " WHERE field = 'patient.ssn'");

        assertThat(lifecycle.list()).containsExactly(good);
        assertThat(lifecycle.unsealed()).singleElement().satisfies(row -> assertThat(row.name())
                .isNotBlank());
        assertThat(registry.active(List.of(good.scope(), hit.scope()))).contains(good);
        assertThat(registry.epoch(seal::genuine)).isEqualTo(good.rev());
        assertThat(registry.<Long>change(change -> change.nextRev(seal::genuine)))
                .isGreaterThan(good.rev());
        assertNamedOrAnswered(() -> registry.find(hit.keyId()).map(seal::verify));
        assertNamedOrAnswered(() -> registry.active(hit.scope()).map(seal::verify));
        lifecycle.requireSealed(List.of(good.scope().field()));

        assertThat(lifecycle.dropUnsealed(lifecycle.unsealed())).hasSize(1);
        assertThat(lifecycle.unsealed()).isEmpty();
        assertThat(lifecycle.list()).containsExactly(good);
    }

    static Stream<String> hostileColumns() throws SQLException {
        return hostile("tegula_field").filter(edit -> !edit.startsWith("\"published_at\""));
    }

    @ParameterizedTest
    @MethodSource("hostileColumns")
    void catalogueRow_anyColumnHostile_isNamedAndRemoved(String edit) throws SQLException {
        Postgres.run(dataSource, "UPDATE tegula_field SET " + edit + " WHERE field = 'patient.ssn'");
        if (catalogue.rows().unsealed().isEmpty()) {
            assertThat(edit).as("says what it said before").matches(".*(= false|= '').*");
            return;
        }

        assertThat(catalogue.rows().columns()).containsExactly(column("patient.born", "born"));
        assertThatCode(catalogue::columns)
                .isInstanceOf(TegulaException.class)
                .hasMessageContainingAll("tegula_field", "tegula fields remove");
        catalogue.publish(List.of(column("patient.born", "born")));
        catalogue.removeUnsealed(catalogue.rows().unsealed());
        assertThat(catalogue.columns()).containsExactly(column("patient.born", "born"));
    }

    static Stream<String> hostileInstances() throws SQLException {
        return hostile("tegula_instance");
    }

    @ParameterizedTest
    @MethodSource("hostileInstances")
    void instance_anyColumnHostile_isListedOrLeftOut(String edit) throws SQLException {
        Postgres.run(
                dataSource,
                "INSERT INTO tegula_instance VALUES ('00000000-0000-0000-0000-000000000001', 'app', 1, now())");
        Postgres.run(dataSource, "UPDATE tegula_instance SET " + edit);

        assertThatCode(() -> registry.instances(Instant.EPOCH)).doesNotThrowAnyException();
    }

    static Stream<String> hostileSchemas() throws SQLException {
        return hostile("tegula_schema");
    }

    @ParameterizedTest
    @MethodSource("hostileSchemas")
    void schema_anyColumnHostile_isAVersionOrNamed(String edit) throws SQLException {
        Postgres.run(dataSource, "UPDATE tegula_schema SET " + edit);

        assertNamedOrAnswered(() -> {
            SchemaScript.check(transactions);
            return Optional.empty();
        });
    }

    private static Stream<String> hostile(String table) throws SQLException {
        List<String> edits = new ArrayList<>();
        for (String column : texts("SELECT quote_ident(attname) || ' ' || typname FROM pg_attribute JOIN pg_type t"
                + " ON t.oid = atttypid WHERE attnum > 0 AND attrelid = '" + table + "'::regclass ORDER BY attnum")) {
            String[] parts = column.split(" ", 2);
            String type = parts[1];
            boolean keyed = table.equals("tegula_field") && parts[0].matches("(schema|table|column)_name");
            for (String value : VALUES.get(type)) {
                boolean tooLongForAnIndex = keyed && value.startsWith("repeat");
                edits.add(
                        "\"" + parts[0].replace("\"", "") + "\" = " + (tooLongForAnIndex ? "repeat('x', 300)" : value));
            }
            boolean mayBeNull = List.of("activated_at", "retired_at", "exported_at", "tenant_column")
                    .contains(parts[0]);
            if (!keyed && !mayBeNull) {
                edits.add("\"" + parts[0].replace("\"", "") + "\" = NULL");
            }
        }
        return edits.stream();
    }

    private static void assertNamedOrAnswered(Supplier<Optional<?>> work) {
        try {
            var unused = work.get();
        } catch (TegulaException named) {
            assertThat(named.getMessage()).contains("tegula");
        }
    }

    private KeyRow insert(String field, long rev) {
        Scope scope = Scope.data(FieldId.of(field), TenantId.none());
        try (RootKey root = RootKey.generate(new SecureRandom())) {
            KeyId id = root.keyId(Suite.XAES_256_GCM, scope);
            KeyRow row = seal.seal(new KeyRow(
                    id,
                    scope,
                    1,
                    Suite.XAES_256_GCM,
                    KeyState.ACTIVE,
                    rev,
                    "tink",
                    "main",
                    Optional.of(WrappedKey.copyOf(new byte[60], "7")),
                    new KeyRow.Times(Instant.EPOCH, Instant.EPOCH, null, null),
                    Seal.copyOf(new byte[0])));
            registry.change(change -> {
                change.insert(row);
                return row;
            });
            return row;
        }
    }

    private static EncryptedColumn column(String field, String name) {
        return new EncryptedColumn(
                FieldId.of(field),
                "public",
                "patient",
                name,
                List.of("id"),
                false,
                Optional.empty(),
                Mode.FIELD,
                ValueType.STRING,
                false,
                "clinic.Patient." + name);
    }

    private static List<String> texts(String sql) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }
}
