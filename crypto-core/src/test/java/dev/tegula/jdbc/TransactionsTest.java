package dev.tegula.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.jdbc.Dialect.Product;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

@Tag("long")
final class TransactionsTest {

    private static final String CANARY = "123-45-6789";

    private PGSimpleDataSource dataSource;
    private Transactions transactions;

    @BeforeEach
    void open() throws SQLException {
        dataSource = Postgres.freshSchema();
        transactions = new Transactions(dataSource);
        Postgres.run(dataSource, "CREATE TABLE doctor (name text PRIMARY KEY, on_call bool NOT NULL)");
        Postgres.run(dataSource, "INSERT INTO doctor VALUES ('ada', true), ('bob', true)");
    }

    @Test
    void serializable_writeSkew_isRunAgainUntilItIsRight() throws Exception {
        CyclicBarrier bothHaveRead = new CyclicBarrier(2);
        AtomicInteger runs = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (String name : List.of("ada", "bob")) {
            threads.add(new Thread(() -> transactions.serializable(session -> {
                boolean first = runs.incrementAndGet() <= 2;
                long others = count(session, "SELECT count(*) FROM doctor WHERE on_call");
                if (first) {
                    await(bothHaveRead);
                }
                if (others > 1) {
                    session.execute("UPDATE doctor SET on_call = false WHERE name = '" + name + "'");
                }
                return others;
            })));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(runs).hasValue(3);
        assertThat(transactions.<Long>readCommitted(s -> count(s, "SELECT count(*) FROM doctor WHERE on_call")))
                .isEqualTo(1);
    }

    @Test
    void serializable_conflictWithoutEnd_isUnavailableAndBounded() {
        AtomicInteger runs = new AtomicInteger();

        assertThatThrownBy(() -> transactions.serializable(session -> {
                    runs.incrementAndGet();
                    throw new SQLException(CANARY, "40001");
                }))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("40001")
                .hasMessageNotContaining(CANARY);
        assertThat(runs).hasValueGreaterThan(19).hasValueLessThan(41);
    }

    @Test
    void readCommitted_workThrows_isRolledBack() {
        assertThatThrownBy(() -> transactions.readCommitted(session -> {
                    session.execute("DELETE FROM doctor");
                    throw new IllegalStateException("stop");
                }))
                .hasMessage("stop");
        assertThat(transactions.<Long>readCommitted(s -> count(s, "SELECT count(*) FROM doctor")))
                .isEqualTo(2);
    }

    /** What the database prints of its catalogue is compared with words that we know. */
    @Test
    void transactions_ofALoginThatQuotesAllNames_haveThemPrintedWithoutQuotes() {
        dataSource.setOptions("-c quote_all_identifiers=on");
        Transactions quoting = new Transactions(dataSource);
        SqlWork<String> quotes = session -> text(session, "SELECT current_setting('quote_all_identifiers')");
        for (int i = 0; i < 2; i++) {
            assertThat(quoting.<String>read(quotes)).isEqualTo("off");
        }
        assertThat(quoting.<String>serializable(quotes)).isEqualTo("off");
        assertThat(quoting.<String>snapshot(Timeouts.SHORT, quotes)).isEqualTo("off");
        quoting.each(List.of("CREATE TABLE quotes AS SELECT current_setting('quote_all_identifiers') AS quotes"));
        assertThat(quoting.<String>read(session -> text(session, "SELECT quotes FROM quotes")))
                .isEqualTo("off");
    }

    private static String text(Session session, String sql) throws SQLException {
        try (Statement statement = session.connection().createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void readCommitted_pooledConnection_goesBackAsItCame() throws SQLException {
        HikariConfig config = new HikariConfig();
        config.setDataSource(dataSource);
        config.setMaximumPoolSize(1);
        try (HikariDataSource pool = new HikariDataSource(config)) {
            List<String> inside = new Transactions(pool)
                    .readCommitted(
                            new Timeouts(
                                    Duration.ofMillis(1500),
                                    Duration.ofMillis(500),
                                    Duration.ofSeconds(10),
                                    Duration.ofSeconds(30)),
                            TransactionsTest::settings);
            assertThat(inside).containsExactly("1500ms", "500ms", "10s", "30s", "off", "read committed");

            try (Connection connection = pool.getConnection()) {
                assertThat(connection.getAutoCommit()).isTrue();
                assertThat(settings(new Session(connection, SqlLog.none(), null)))
                        .containsExactly("0", "0", "0", "0", "on", "read committed");
            }
        }
    }

    @Test
    void readCommitted_poolWithoutAutoCommit_leavesItOff() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            new Transactions(single(connection, false)).readCommitted(s -> count(s, "SELECT 1"));
            assertThat(connection.getAutoCommit()).isFalse();
        }
    }

    @Test
    void readCommitted_statementTooLong_isStopped() {
        Timeouts brief = new Timeouts(
                Duration.ofMillis(50), Duration.ofSeconds(1), Duration.ofMinutes(5), Duration.ofMinutes(5));
        AtomicInteger runs = new AtomicInteger();

        assertThatThrownBy(() -> transactions.readCommitted(brief, session -> {
                    runs.incrementAndGet();
                    session.execute("SELECT pg_sleep(30)");
                    return 0;
                }))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("57014");
        assertThat(runs.get()).isBetween(2, 20);
    }

    @Test
    void serializable_answerToCommitLost_isNamedAndTheChangeIsThere() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            Transactions losing = new Transactions(single(connection, true));
            AtomicInteger runs = new AtomicInteger();

            assertThatThrownBy(() -> losing.serializable(session -> {
                        runs.incrementAndGet();
                        session.execute("DELETE FROM doctor WHERE name = 'ada'");
                        return 0;
                    }))
                    .isInstanceOfSatisfying(CommitUnknownException.class, e -> assertThat(e.code())
                            .isEqualTo("commit-unknown"));
            assertThat(runs).hasValue(1);
        }
        assertThat(transactions.<Long>readCommitted(s -> count(s, "SELECT count(*) FROM doctor")))
                .isEqualTo(1);
    }

    /** What it read was committed by others: nothing is to be found out. */
    @Test
    void readAndSnapshot_answerToCommitLost_areDone() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            Transactions losing = new Transactions(single(connection, true));

            assertThat(losing.<Long>read(s -> count(s, "SELECT count(*) FROM doctor")))
                    .isEqualTo(2);
            assertThat(losing.<Long>snapshot(Timeouts.SHORT, s -> count(s, "SELECT count(*) FROM doctor")))
                    .isEqualTo(2);
        }
    }

    @Test
    void readCommitted_swallowedFailure_isNotCommitted() {
        assertThatThrownBy(() -> transactions.readCommitted(session -> {
                    session.execute("DELETE FROM doctor");
                    try {
                        session.execute("SELECT nothing FROM nowhere");
                    } catch (SQLException swallowed) {
                        return 1;
                    }
                    return 0;
                }))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("42P01");
        assertThat(transactions.<Long>readCommitted(s -> count(s, "SELECT count(*) FROM doctor")))
                .isEqualTo(2);
    }

    @Test
    void readCommitted_constraintRefuses_quotesNoRow() {
        assertThatThrownBy(() -> transactions.readCommitted(session -> {
                    session.execute("INSERT INTO doctor VALUES ('" + CANARY + "', NULL)");
                    return 0;
                }))
                .isInstanceOf(ConfigurationException.class)
                .satisfies(e -> assertThat(trace(e)).doesNotContain(CANARY));
    }

    @Test
    void readCommitted_serverQuotesAValue_isLeftOut() {
        assertThatThrownBy(() -> transactions.readCommitted(session -> {
                    session.execute("SELECT '" + CANARY + "'::int8");
                    return 0;
                }))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("22P02")
                .satisfies(e -> assertThat(trace(e)).doesNotContain(CANARY));
    }

    @Test
    void readCommitted_tableOfUsersMissing_doesNotBlameOurSchema() {
        assertThatThrownBy(() -> transactions.readCommitted(s -> count(s, "SELECT count(*) FROM patient")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageNotContaining("schema apply");
    }

    @Test
    void readCommitted_loginUnknown_isDenied() {
        assertThatThrownBy(() -> new Transactions(Postgres.as("nobody", dataSource)).readCommitted(s -> 0))
                .isInstanceOf(DeniedException.class);
    }

    @Test
    void readCommitted_noServer_isUnavailable() {
        PGSimpleDataSource nowhere = new PGSimpleDataSource();
        nowhere.setServerNames(new String[] {"127.0.0.1"});
        nowhere.setPortNumbers(new int[] {1});

        assertThatThrownBy(() -> new Transactions(nowhere).readCommitted(s -> 0))
                .isInstanceOf(UnavailableException.class);
    }

    @Test
    void readCommitted_databaseMissing_isAConfigurationError() {
        PGSimpleDataSource other = Postgres.as(Postgres.ADMIN, dataSource);
        other.setDatabaseName("nowhere");

        assertThatThrownBy(() -> new Transactions(other).readCommitted(s -> 0))
                .isInstanceOf(ConfigurationException.class);
    }

    @Test
    void readCommitted_policyHidesRows_failsInsteadOfSeeingFewer() throws SQLException {
        Postgres.run(dataSource, "CREATE ROLE r_" + dataSource.getCurrentSchema() + " LOGIN");
        String role = "r_" + dataSource.getCurrentSchema();
        Postgres.run(dataSource, "GRANT USAGE ON SCHEMA " + dataSource.getCurrentSchema() + " TO " + role);
        Postgres.run(dataSource, "GRANT SELECT ON doctor TO " + role);
        Postgres.run(dataSource, "ALTER TABLE doctor ENABLE ROW LEVEL SECURITY");

        assertThatThrownBy(() -> new Transactions(Postgres.as(role, dataSource))
                        .readCommitted(s -> count(s, "SELECT count(*) FROM doctor")))
                .isInstanceOf(DeniedException.class);
    }

    @Test
    void readCommitted_whileSomebodyHoldsATableOfOurs_namesTheHolder() throws SQLException {
        transactions.each(SchemaScript.statements());
        Timeouts impatient = new Timeouts(
                Duration.ofMinutes(1), Duration.ofMillis(10), Duration.ofMinutes(5), Duration.ofMinutes(5));
        try (Connection holder = dataSource.getConnection();
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("SET LOCAL application_name = 'nightly-vacuum'");
            statement.execute("LOCK TABLE tegula_key IN ACCESS EXCLUSIVE MODE");

            assertThatThrownBy(() -> transactions.readCommitted(
                            impatient, session -> count(session, "SELECT count(*) FROM tegula_key")))
                    .isInstanceOf(TableHeldException.class)
                    .hasMessageMatching(
                            ".*tegula_key: pid \\d+ \\(user postgres, nightly-vacuum, idle in transaction\\), open for \\d+ s.*pg_terminate_backend.*");
            holder.rollback();
        }
    }

    @Test
    void failures_withAFullStopOfTheServer_haveOne() {
        assertThat(SqlFailures.of(new SQLException("no password was provided.", "08004"), ""))
                .hasMessageEndingWith("no password was provided.");
    }

    @Test
    void dialect_ofEachDatabase_isKnown() {
        assertThat(transactions.dialect().product()).isEqualTo(Product.POSTGRESQL);
        assertThat(Dialect.of("CockroachDB CCL v26.1.0 (x86_64)", 13).product()).isEqualTo(Product.COCKROACHDB);
    }

    private static List<String> settings(Session session) throws SQLException {
        List<String> values = new ArrayList<>();
        for (String name : List.of(
                "statement_timeout",
                "lock_timeout",
                "idle_in_transaction_session_timeout",
                "transaction_timeout",
                "row_security",
                "transaction_isolation")) {
            try (Statement statement = session.connection().createStatement();
                    ResultSet result = statement.executeQuery("SHOW " + name)) {
                result.next();
                values.add(result.getString(1));
            }
        }
        return values;
    }

    private static long count(Session session, String sql) throws SQLException {
        try (var select = session.prepare(sql);
                ResultSet result = select.executeQuery()) {
            result.next();
            return result.getLong(1);
        }
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(5, TimeUnit.MINUTES);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static String trace(Throwable e) {
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    /** A data source of one connection that is never closed; its COMMIT may lose the answer. */
    private static DataSource single(Connection connection, boolean losesCommit) {
        Connection proxy = (Connection) Proxy.newProxyInstance(
                TransactionsTest.class.getClassLoader(), new Class<?>[] {Connection.class}, (self, method, args) -> {
                    if (method.getName().equals("close")) {
                        return null;
                    }
                    Object result;
                    try {
                        result = method.invoke(connection, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                    if (losesCommit && method.getName().equals("commit")) {
                        throw new SQLException("An I/O error occurred while sending to the backend.", "08006");
                    }
                    return result;
                });
        return (DataSource) Proxy.newProxyInstance(
                TransactionsTest.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (self, method, args) -> proxy);
    }

    @Test
    void serializable_uniqueViolation_isTriedAFewTimesOnly() {
        AtomicInteger runs = new AtomicInteger();

        assertThatThrownBy(() -> transactions.serializable(session -> {
                    runs.incrementAndGet();
                    session.execute("INSERT INTO doctor VALUES ('ada', true)");
                    return 0;
                }))
                .isInstanceOf(ConfigurationException.class);
        assertThat(runs).hasValue(4);
    }
}
