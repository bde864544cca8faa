package dev.tegula.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.test.TestTegula;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wherever and however PostgreSQL holds a value, {@code assertNotStored} finds it, and it never passes by not looking. */
final class AssertNotStoredTest {

    private static final String VALUE = "123-45-6789";

    private final TestDatabase mine = TestDatabase.create();
    private final DataSource database = mine.dataSource();

    private void execute(String... statements) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "text        | '123-45-6789'                                             | text",
                "varchar(40) | 'No. 123-45-6789.'                                        | text",
                "bytea       | convert_to('No. 123-45-6789.', 'UTF8')                    | text",
                "text        | encode('123-45-6789', 'hex')                              | hexadecimal",
                "text        | upper(encode('123-45-6789', 'hex'))                       | hexadecimal",
                "bytea       | convert_to(encode('123-45-6789', 'hex'), 'UTF8')           | hexadecimal",
                "text        | encode('123-45-6789', 'base64')                           | base64 0",
                "text        | encode('a123-45-6789', 'base64')                          | base64 1",
                "jsonb       | '{\"patient\": {\"ssn\": \"123-45-6789\"}}'               | text",
                "text[]      | array['a', '123-45-6789']                                 | text",
                "bytea[]     | array[convert_to('123-45-6789', 'UTF8')]                  | hexadecimal",
                "xml         | '<ssn>123-45-6789</ssn>'                                  | text",
                "bytea       | decode('3100320033002d00340035002d003600370038003900', 'hex') | little-endian UTF-16 text",
                "bytea       | decode('003100320033002d00340035002d0036003700380039', 'hex') | UTF-16 text"
            })
    void assertNotStored_valueInAColumn_namesPlaceAndForm(String type, String sql, String form) throws SQLException {
        execute("create table patient (id int, odd " + type + ")", "insert into patient values (1, " + sql + ")");

        assertThatThrownBy(() -> TestTegula.assertNotStored(database, VALUE))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("public.patient.odd as " + form)
                .hasMessageNotContaining(VALUE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "create schema \"Other one\"; create table \"Other one\".\"Odd \"\"table\"\"\" (\"Odd column\" text);"
                        + "insert into \"Other one\".\"Odd \"\"table\"\"\" values ('123-45-6789')                   | Odd",
                "create table p (s text) partition by list (s); create table p1 partition of p default;"
                        + "insert into p values ('123-45-6789')                                                    | public.p1.s",
                "create table t (id int); insert into t values (1);"
                        + "create materialized view m as select '123-45-6789'::text as copy                       | public.m.copy",
                "create table t (document oid);"
                        + "insert into t values (lo_from_bytea(0, convert_to('123-45-6789', 'UTF8')))             | pg_largeobject"
            })
    void assertNotStored_valueInAnOddPlace_namesIt(String sql, String place) throws SQLException {
        execute(sql);

        assertThatThrownBy(() -> TestTegula.assertNotStored(database, VALUE))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(place);
    }

    @Test
    void assertNotStored_otherValuesAndNulls_passes() throws SQLException {
        execute(
                "create table patient (id int, ssn text, photo bytea, born date, odd int[])",
                "insert into patient values (1, '123-45-6780', '\\x00ff', '2020-01-01', array[1, null]), (2, null, null, null, null)");

        assertThatCode(() -> TestTegula.assertNotStored(database, VALUE)).doesNotThrowAnyException();
    }

    @Test
    void assertNotStored_noRowAnywhere_failsInsteadOfPassing() throws SQLException {
        execute(
                "create table patient (ssn text)",
                "create table tegula_key (id int)",
                "insert into tegula_key values (1)");

        assertThatThrownBy(() -> TestTegula.assertNotStored(database, VALUE))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("no table of the application has a row");
    }

    @Test
    void assertNotStored_notCommitted_failsInsteadOfPassing() throws SQLException {
        execute("create table patient (ssn text)");
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("insert into patient values ('123-45-6789')");

            assertThatThrownBy(() -> TestTegula.assertNotStored(database, VALUE))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("committed");
        }
    }

    @Test
    void assertNotStored_roleWithoutRights_isAFailureAndNoPass() throws SQLException {
        execute(
                "create table patient (ssn text)",
                "insert into patient values ('x')",
                "drop role if exists nobody",
                "create role nobody login");
        DataSource other = mine.as("nobody");

        assertThatThrownBy(() -> TestTegula.assertNotStored(other, VALUE))
                .isInstanceOf(IllegalStateException.class)
                .cause()
                .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("42501"));
    }
}
