package dev.tegula.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Mode;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.registry.InstanceReport;
import dev.tegula.value.ValueType;
import java.nio.charset.StandardCharsets;
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

    @BeforeEach
    void open() throws SQLException {
        dataSource = Postgres.freshSchema();
        transactions = new Transactions(dataSource, Postgres.capture());
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
        new CatalogueStore(asApp).publish(List.of(column("ssn", "patient.ssn", ValueType.STRING)));
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
        assertThatCode(() -> asOperator.each(List.of("UPDATE tegula_key SET rev = 1", "DELETE FROM tegula_job")))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> asOperator.each(List.of("DELETE FROM tegula_key")))
                .isInstanceOf(DeniedException.class);

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
    void publish_again_refreshesAndKeepsWhatIsNotNamed() {
        Schema.apply(transactions);
        CatalogueStore catalogue = new CatalogueStore(transactions);
        EncryptedColumn ssn = column("ssn", "patient.ssn", ValueType.STRING);
        EncryptedColumn born = column("born", "patient.born", ValueType.LOCAL_DATE);
        catalogue.publish(List.of(ssn, born));
        EncryptedColumn tenanted = new EncryptedColumn(
                ssn.field(),
                ssn.schema(),
                "patient",
                "ssn",
                List.of("id", "region"),
                true,
                Optional.of("tenant"),
                Mode.FIELD,
                ValueType.STRING,
                true,
                "clinic.Person.ssn");
        catalogue.publish(List.of(tenanted));

        assertThat(catalogue.columns()).containsExactly(born, tenanted);
    }

    @Test
    void publish_columnOfAnotherField_isRefusedAndNothingIsWritten() {
        Schema.apply(transactions);
        CatalogueStore catalogue = new CatalogueStore(transactions);
        EncryptedColumn ssn = column("ssn", "patient.ssn", ValueType.STRING);
        catalogue.publish(List.of(ssn));

        EncryptedColumn born = column("born", "patient.born", ValueType.LOCAL_DATE);
        assertThatThrownBy(() -> catalogue.publish(List.of(born, column("ssn", "patient.tax", ValueType.STRING))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("patient.ssn")
                .hasMessageContaining("patient.tax");
        assertThat(catalogue.columns()).containsExactly(ssn);
    }

    @Test
    void publish_oneFieldWithTwoTypes_isRefused() {
        Schema.apply(transactions);
        CatalogueStore catalogue = new CatalogueStore(transactions);
        List<EncryptedColumn> columns =
                List.of(column("a", "patient.ssn", ValueType.STRING), column("b", "patient.ssn", ValueType.I64));

        assertThatThrownBy(() -> catalogue.publish(columns)).isInstanceOf(ConfigurationException.class);
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
