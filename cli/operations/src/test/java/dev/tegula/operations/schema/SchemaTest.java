package dev.tegula.operations.schema;

import static dev.tegula.operations.live.LiveLab.column;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.failure.DeniedException;
import dev.tegula.jdbc.JdbcKeyRegistry;
import dev.tegula.jdbc.SchemaScript;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.registry.InstanceReport;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SchemaTest {

    private final LiveLab lab = LiveLab.start();
    private final Transactions transactions = new Transactions(lab.database);

    @AfterEach
    void close() {
        lab.close();
    }

    @Test
    void apply_twice_changesNothing() {
        Schema.apply(lab.database);
        Schema.apply(transactions);

        SchemaScript.check(transactions);
    }

    @Test
    void grants_applicationRole_readsKeysAndChangesNone() throws SQLException {
        lab.patients(1);
        String name = lab.text("SELECT current_database()");
        String app = name + "_app";
        String operator = name + "_operator";
        lab.sql("CREATE ROLE " + app + " LOGIN", "CREATE ROLE " + operator + " LOGIN");
        transactions.each(Schema.grants(app, operator));

        DataSource asApp = lab.as(app);
        JdbcKeyRegistry registry = new JdbcKeyRegistry(asApp);
        assertThat(registry.all()).isNotEmpty();
        registry.report(new InstanceReport(UUID.randomUUID(), "app", 1, Instant.EPOCH));
        try (Tegula application = Tegula.builder("lab")
                .kek("main", lab.kms, "main")
                .registry(asApp)
                .development()
                .build()) {
            application.publish(column("patient.ssn", "patient", "ssn", "id"));
        }
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

        Transactions asOperator = new Transactions(lab.as(operator));
        assertThatCode(() -> asOperator.each(
                        List.of("UPDATE tegula_key SET rev = rev", "DELETE FROM tegula_job", "DELETE FROM tegula_key")))
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
        lab.sql("CREATE TABLE patient (id int8 PRIMARY KEY, \"s\"\"sn\" bytea)");
        EncryptedColumn column = column("patient.ssn", "patient", "s\"sn", "id");
        transactions.each(Schema.checks(List.of(column)));

        String insert = "INSERT INTO patient VALUES (%d, %s)";
        lab.update(insert.formatted(1, "NULL"));
        lab.update(insert.formatted(2, "decode('01' || repeat('00', 74), 'hex')"));
        for (String bad : List.of("decode('01' || repeat('00', 73), 'hex')", "'123-45-6789'::bytea", "''::bytea")) {
            assertThatThrownBy(() -> lab.update(insert.formatted(3, bad))).isInstanceOf(SQLException.class);
        }
    }
}
