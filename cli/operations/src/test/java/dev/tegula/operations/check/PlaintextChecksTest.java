package dev.tegula.operations.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.jdbc.PlaintextChecks;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.operations.schema.Schema;
import dev.tegula.value.ValueType;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlaintextChecksTest {

    private static final EncryptedColumn SSN =
            EncryptedColumn.of("patient.ssn", "public.patient.ssn", ValueType.STRING, "id");

    private LiveLab lab;

    @BeforeEach
    void start() {
        lab = LiveLab.start();
        lab.sql("CREATE TABLE patient (id bigint PRIMARY KEY, ssn bytea)");
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private boolean keepsOut() {
        return PlaintextChecks.keepsOut(new Transactions(lab.database), SSN);
    }

    @Test
    void check_thatThePrintedStatementMade_keepsPlaintextOut() {
        assertThat(keepsOut()).isFalse();

        lab.sql(Schema.checks(List.of(SSN)).toArray(String[]::new));

        assertThat(keepsOut()).isTrue();
    }

    @Test
    void check_askedByARoleThatQuotesAllNames_keepsPlaintextOut() {
        lab.sql(Schema.checks(List.of(SSN)).toArray(String[]::new));
        lab.sql(
                "DROP ROLE IF EXISTS quoting_checks",
                "CREATE ROLE quoting_checks SUPERUSER LOGIN",
                "ALTER ROLE quoting_checks SET quote_all_identifiers = on");

        try (HikariDataSource quoting = lab.as("quoting_checks")) {
            assertThat(PlaintextChecks.keepsOut(new Transactions(quoting), SSN)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "length(ssn) >= 75 AND get_byte(ssn, 0) = 1",
                "get_byte(ssn, 0) = 1 AND length(ssn) >= 91",
                "get_byte(ssn, 0) = 1 AND length(ssn) BETWEEN 75 AND 9000"
            })
    void check_thatSaysTheSame_keepsPlaintextOut(String check) {
        lab.sql("ALTER TABLE patient ADD CHECK (" + check + ") NOT VALID");

        assertThat(keepsOut()).isTrue();
    }

    /** Each has the words of the printed one. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "true OR (get_byte(ssn, 0) = 1 AND length(ssn) >= 75)",
                "get_byte(ssn, 0) >= 0 OR length(ssn) > 0",
                "get_byte(ssn, 0) = 1 AND length(ssn) >= 74",
                "get_byte(ssn, 0) = 49 AND length(ssn) >= 75"
            })
    void check_thatLetsPlaintextIn_isNone(String check) {
        lab.sql("ALTER TABLE patient ADD CHECK (" + check + ")");

        assertThat(keepsOut()).isFalse();
    }

    /** Of a domain's values the server prints a function of the search path as it prints its own. */
    @Test
    void checkOfADomain_keepsPlaintextOut_unlessItsFunctionsAreNotTheServers() {
        lab.sql(
                "CREATE DOMAIN sealed AS bytea",
                "CREATE FUNCTION get_byte(sealed, int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1'",
                "ALTER TABLE patient ALTER ssn TYPE sealed",
                "ALTER TABLE patient ADD CONSTRAINT own CHECK (get_byte(ssn, 0) = 1 AND length(ssn) >= 75)");
        assertThat(keepsOut()).isFalse();

        lab.sql("ALTER TABLE patient ADD CHECK (pg_catalog.get_byte(ssn::bytea, 0) = 1 AND length(ssn) >= 75)");
        assertThat(keepsOut()).isTrue();
    }
}
