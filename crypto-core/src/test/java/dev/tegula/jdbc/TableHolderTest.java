package dev.tegula.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Who holds a table: the one query for a fence that waits, a watch beside a run, and a transaction that waited in vain. */
@Tag("long")
class TableHolderTest {

    private PGSimpleDataSource dataSource;
    private Transactions transactions;

    @BeforeEach
    void makeTables() throws SQLException {
        dataSource = Postgres.freshSchema();
        transactions = new Transactions(dataSource);
        Postgres.run(dataSource, "CREATE TABLE \"Odd name\" (id int) PARTITION BY RANGE (id)");
        Postgres.run(dataSource, "CREATE TABLE one PARTITION OF \"Odd name\" FOR VALUES FROM (0) TO (100)");
        Postgres.run(dataSource, "CREATE TABLE other (id int)");
    }

    private List<TableHolder> holders() {
        return transactions.readCommitted(
                session -> TableHolder.of(session, List.of("\"Odd name\"", "other", "no_such_table")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT count(*) FROM \"Odd name\"            | READS",
                "SELECT * FROM other FOR UPDATE               | LOCKS_ROWS",
                "INSERT INTO one VALUES (1)                   | WRITES",
                "LOCK TABLE other IN SHARE UPDATE EXCLUSIVE MODE | WRITES",
                "LOCK TABLE other IN SHARE MODE               | STOPS_WRITERS",
                "LOCK TABLE one IN ACCESS EXCLUSIVE MODE      | STOPS_WRITERS"
            })
    void of_eachStrengthOfLocks_saysWhatItsHolderDoes(String statement, TableHolder.Use use) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement held = connection.createStatement()) {
            connection.setAutoCommit(false);
            held.execute("SET LOCAL application_name = 'report'");
            held.execute(statement);

            assertThat(holders()).singleElement().satisfies(holder -> {
                assertThat(holder.table()).isEqualTo(statement.contains("other") ? "other" : "\"Odd name\"");
                assertThat(holder.use()).isEqualTo(use);
                assertThat(holder.application()).isEqualTo("report");
                assertThat(holder.stays()).isFalse();
                assertThat(holder.shown())
                        .matches("pid \\d+ \\(user postgres, report, idle in transaction"
                                + (use == TableHolder.Use.READS ? ", has only read" : "") + "\\), open for \\d+ s");
                assertThat(holder.ending()).isEqualTo("`SELECT pg_terminate_backend(" + holder.pid() + ")`");
            });
            held.execute("SELECT pg_sleep(1.1)");
            assertThat(holders()).singleElement().matches(TableHolder::stays);
            connection.rollback();
        }
        assertThat(holders()).isEmpty();
    }

    /** A predicate lock outlives its transaction and stops nobody. */
    @Test
    void of_aSerializableReader_isAReader() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement held = connection.createStatement()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            connection.setAutoCommit(false);
            held.execute("SELECT count(*) FROM other");

            assertThat(holders()).singleElement().extracting(TableHolder::use).isEqualTo(TableHolder.Use.READS);
            connection.rollback();
        }
    }

    @Test
    void of_severalHolders_namesThoseThatStayAndStopWritersFirst() throws SQLException {
        try (Connection stays = dataSource.getConnection();
                Connection writes = dataSource.getConnection();
                Statement first = stays.createStatement();
                Statement second = writes.createStatement()) {
            stays.setAutoCommit(false);
            writes.setAutoCommit(false);
            first.execute("SELECT count(*) FROM other");
            first.execute("SELECT pg_sleep(1.1)");
            second.execute("INSERT INTO other VALUES (1)");
            second.execute("LOCK TABLE one IN SHARE MODE");

            assertThat(holders())
                    .extracting(TableHolder::use)
                    .containsExactly(TableHolder.Use.READS, TableHolder.Use.STOPS_WRITERS, TableHolder.Use.WRITES);
            stays.rollback();
            writes.rollback();
        }
    }
}
