package dev.tegula.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.ConfigurationException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

final class SchemaScriptTest {

    private PGSimpleDataSource dataSource;
    private Transactions transactions;

    @BeforeEach
    void open() throws SQLException {
        dataSource = Postgres.freshSchema();
        transactions = new Transactions(dataSource, Postgres.capture());
    }

    @Test
    void statements_script_isOneStatementEach() {
        long begun = SchemaScript.text()
                .lines()
                .filter(line -> line.matches("(CREATE|ALTER|INSERT) .*"))
                .count();
        assertThat(begun).isGreaterThan(10);
        assertThat(SchemaScript.statements()).hasSize((int) begun).allSatisfy(sql -> assertThat(sql)
                .matches("(?s)(CREATE|ALTER|INSERT) .*")
                .doesNotContain(";")
                .doesNotContain("--"));
    }

    @Test
    void statements_twice_changeNothing() {
        transactions.each(SchemaScript.statements());
        transactions.each(SchemaScript.statements());

        SchemaScript.check(transactions);
    }

    @Test
    void check_withoutSchema_namesTheCure() {
        assertThatThrownBy(() -> SchemaScript.check(transactions))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("tegula schema apply");
    }

    @Test
    void check_olderOrNewerSchema_isRefused() throws SQLException {
        transactions.each(SchemaScript.statements());
        Postgres.run(dataSource, "UPDATE tegula_schema SET version = 2");
        assertThatThrownBy(() -> SchemaScript.check(transactions))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("newer");

        Postgres.run(dataSource, "DELETE FROM tegula_schema");
        assertThatThrownBy(() -> SchemaScript.check(transactions))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("tegula schema apply");
    }

    @Test
    void fitted_longNames_stayDifferentWithinTheLimit() {
        String one = Identifiers.fitted("tegula_envelope_", "ü".repeat(40) + "1");
        String two = Identifiers.fitted("tegula_envelope_", "ü".repeat(40) + "2");

        assertThat(one).isNotEqualTo(two);
        assertThat(one.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(63);
        assertThat(Identifiers.fitted("tegula_envelope_", "ssn")).isEqualTo("tegula_envelope_ssn");
    }
}
