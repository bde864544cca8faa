package dev.tegula.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.cipher.RootKey;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Mode;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.registry.InstanceReport;
import dev.tegula.registry.RegistrySeal;
import dev.tegula.registry.SealDoor;
import dev.tegula.value.ValueType;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

final class SchemaTest {

    private PGSimpleDataSource dataSource;
    private Transactions transactions;
    private RegistrySeal seal;

    @BeforeEach
    void open() throws SQLException {
        dataSource = Postgres.freshSchema();
        transactions = new Transactions(dataSource, Postgres.capture());
        try (RootKey root = RootKey.generate(new SecureRandom())) {
            seal = SealDoor.under(root);
        }
    }

    @Test
    void statements_script_isOneStatementEach() {
        assertThat(Schema.statements()).hasSize(11).allSatisfy(sql -> assertThat(sql)
                .matches("(?s)(CREATE|INSERT) .*")
                .doesNotContain(";")
                .doesNotContain("--"));
    }

    @Test
    void apply_twice_changesNothing() {
        Schema.apply(dataSource);
        Schema.apply(transactions);

        Schema.check(transactions);
    }

    @Test
    void check_withoutSchema_namesTheCure() {
        assertThatThrownBy(() -> Schema.check(transactions))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("tegula schema apply");
    }

    @Test
    void check_olderOrNewerSchema_isRefused() throws SQLException {
        Schema.apply(transactions);
        Postgres.run(dataSource, "UPDATE tegula_schema SET version = 2");
        assertThatThrownBy(() -> Schema.check(transactions))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("newer");

        Postgres.run(dataSource, "DELETE FROM tegula_schema");
        assertThatThrownBy(() -> Schema.check(transactions))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("tegula schema apply");
    }

    @Test
    void grants_applicationRole_readsKeysAndChangesNone() throws SQLException {
        Schema.apply(transactions);
        String schema = dataSource.getCurrentSchema();
        String app = schema + "_app";
        String operator = schema + "_operator";
        for (String role : List.of(app, operator)) {
            Postgres.run(dataSource, "CREATE ROLE " + role + " LOGIN");
            Postgres.run(dataSource, "GRANT USAGE ON SCHEMA " + schema + " TO " + role);
        }
        transactions.each(Schema.grants(app, operator));

        PGSimpleDataSource asApp = Postgres.as(app, dataSource);
        JdbcKeyRegistry registry = new JdbcKeyRegistry(asApp);
        assertThat(registry.all()).isEmpty();
        registry.report(new InstanceReport(UUID.randomUUID(), "app", 1, Instant.EPOCH));
        new CatalogueStore(new Transactions(asApp), seal)
                .publish(List.of(column("ssn", "patient.ssn", ValueType.STRING)));
        for (String refused : List.of(
                "UPDATE tegula_key SET rev = 1",
                "INSERT INTO tegula_key (rev) VALUES (1)",
                "DELETE FROM tegula_key",
                "DELETE FROM tegula_field",
                "DELETE FROM tegula_instance",
                "SELECT count(*) FROM tegula_job")) {
            assertThatThrownBy(() -> new Transactions(asApp).each(List.of(refused)))
                    .as(refused)
                    .isInstanceOf(DeniedException.class)
                    .hasMessageContaining("tegula schema grants");
        }

        Transactions asOperator = new Transactions(Postgres.as(operator, dataSource));
        assertThatCode(() -> asOperator.each(
                        List.of("UPDATE tegula_key SET rev = 1", "DELETE FROM tegula_job", "DELETE FROM tegula_key")))
                .doesNotThrowAnyException();

        transactions.each(Schema.keyCreationGrants(app));
        assertThat(new Transactions(asApp).<Boolean>readCommitted(s -> {
                    try (var select = s.prepare("SELECT has_table_privilege('tegula_key', 'INSERT')");
                            var result = select.executeQuery()) {
                        return result.next() && result.getBoolean(1);
                    }
                }))
                .isTrue();
    }

    @Test
    void checks_appliedToATable_letOnlyEnvelopesIn() throws SQLException {
        Postgres.run(dataSource, "CREATE TABLE patient (id int8 PRIMARY KEY, \"s\"\"sn\" bytea)");
        EncryptedColumn column = column("s\"sn", "patient.ssn", ValueType.STRING);
        transactions.each(Schema.checks(List.of(column)));

        String insert = "INSERT INTO patient VALUES (%d, %s)";
        Postgres.run(dataSource, insert.formatted(1, "NULL"));
        Postgres.run(dataSource, insert.formatted(2, "decode('01' || repeat('00', 74), 'hex')"));
        for (String bad : List.of("decode('01' || repeat('00', 73), 'hex')", "'123-45-6789'::bytea", "''::bytea")) {
            assertThatThrownBy(() -> Postgres.run(dataSource, insert.formatted(3, bad)))
                    .isInstanceOf(SQLException.class);
        }
    }

    @Test
    void fitted_longNames_stayDifferentWithinTheLimit() {
        String one = Identifiers.fitted("tegula_envelope_", "ü".repeat(40) + "1");
        String two = Identifiers.fitted("tegula_envelope_", "ü".repeat(40) + "2");

        assertThat(one).isNotEqualTo(two);
        assertThat(one.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(63);
        assertThat(Identifiers.fitted("tegula_envelope_", "ssn")).isEqualTo("tegula_envelope_ssn");
    }

    private EncryptedColumn column(String name, String field, ValueType type) {
        return new EncryptedColumn(
                FieldId.of(field),
                dataSource.getCurrentSchema(),
                "patient",
                name,
                List.of("id"),
                false,
                Optional.empty(),
                Mode.FIELD,
                type,
                false,
                "clinic.Patient." + name);
    }
}
