package dev.tegula.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.jdbc.Dialect.Product;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Connections that break, and databases that take no changes. */
final class KeptConnectionTest {

    static final Timeouts LIMITS = new Timeouts(
            Duration.ofSeconds(30), Duration.ofMillis(200), Duration.ofSeconds(10), Duration.ofSeconds(40));

    private PGSimpleDataSource database;
    private final List<String> sent = new ArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();

    @BeforeEach
    void open() throws SQLException {
        database = Postgres.freshSchema();
        Postgres.run(database, "CREATE TABLE doctor (name text)");
    }

    private KeptConnection kept(DataSource source) {
        return new KeptConnection(source, LIMITS, "tegula-test", connection -> false);
    }

    @Test
    void once_afterANewConnectionWasDead_makesAnother() throws SQLException {
        AtomicInteger dead = new AtomicInteger(1);
        DataSource dying = watched((method, made) -> {
            if (method.equals("prepareStatement") && dead.getAndDecrement() > 0) {
                throw new SQLException("An I/O error occurred", "08006");
            }
            return made;
        });
        try (KeptConnection kept = kept(dying)) {
            assertThatThrownBy(() -> kept.once(session -> true)).isInstanceOf(SQLException.class);

            boolean done = kept.once(session -> true);
            assertThat(done).isTrue();
            assertThat(kept.dialect().product()).isEqualTo(Product.POSTGRESQL);
        }
        assertThat(connections).hasValue(2);
    }

    @Test
    void once_afterTheServerEndedIt_makesAnother() throws SQLException {
        try (KeptConnection kept = kept(watched((method, made) -> made))) {
            assertThatThrownBy(() -> kept.once(session -> {
                        session.execute("SELECT pg_terminate_backend(pg_backend_pid())");
                        return true;
                    }))
                    .isInstanceOf(SQLException.class);

            boolean done = kept.once(session -> true);
            assertThat(done).isTrue();
        }
        assertThat(connections).hasValue(2);
    }

    @Test
    void once_workFails_keepsTheConnectionAndWritesNothing() throws SQLException {
        try (KeptConnection kept = kept(watched((method, made) -> made))) {
            assertThatThrownBy(() -> kept.once(session -> {
                        session.execute("INSERT INTO doctor VALUES ('ada')");
                        session.execute("SELECT 1 / 0");
                        return true;
                    }))
                    .isInstanceOf(SQLException.class);

            assertThat(kept.once(KeptConnectionTest::doctors)).isZero();
        }
        assertThat(connections).hasValue(1);
    }

    /** The answer is lost and the work done: only a look can tell, so it is retried and not thrown as a failure. */
    @Test
    void once_answerToCommitLost_isRetryableAndCommitUnknownInTheEnd() {
        DataSource losing = watched((method, made) -> {
            if (method.equals("commit")) {
                throw new SQLException("An I/O error occurred", "08006");
            }
            return made;
        });
        try (KeptConnection kept = kept(losing)) {
            assertThatThrownBy(() -> kept.once(session -> true))
                    .isInstanceOfSatisfying(SQLException.class, e -> assertThat(SqlFailures.retryable(e))
                            .isTrue());
            assertThatThrownBy(() -> Retry.patient(millis -> false).run("looking", () -> kept.once(session -> true)))
                    .isInstanceOf(CommitUnknownException.class);
        }
    }

    /** A check that was put off to COMMIT refuses for certain, and again each time. */
    @Test
    void once_constraintRefusesAtCommit_isNotTriedAgain() throws SQLException {
        Postgres.run(database, "ALTER TABLE doctor ADD CONSTRAINT once UNIQUE (name) DEFERRABLE INITIALLY DEFERRED");
        AtomicInteger pauses = new AtomicInteger();
        try (KeptConnection kept = kept(database)) {
            assertThatThrownBy(() -> Retry.patient(millis -> pauses.incrementAndGet() > 0)
                            .run(
                                    "noting",
                                    () -> kept.once(session -> {
                                        session.execute("INSERT INTO doctor VALUES ('ada'), ('ada')");
                                        return true;
                                    })))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("23505");
        }
        // PostgreSQL may say so where a conflict was the reason.
        assertThat(pauses).hasValue(3);
    }

    @Test
    void once_loginSetReadOnly_isConfigurationAtOnceAndNamesTheCure() throws SQLException {
        String role = "reader_" + database.getCurrentSchema();
        Postgres.run(database, "CREATE ROLE " + role + " LOGIN");
        Postgres.run(database, "GRANT ALL ON SCHEMA " + database.getCurrentSchema() + " TO " + role);
        Postgres.run(database, "GRANT ALL ON doctor TO " + role);
        Postgres.run(database, "ALTER ROLE " + role + " SET default_transaction_read_only = on");
        AtomicInteger pauses = new AtomicInteger();

        try (KeptConnection kept = kept(Postgres.as(role, database))) {
            assertThatThrownBy(() -> Retry.patient(millis -> pauses.incrementAndGet() > 0)
                            .run("noting", () -> kept.once(KeptConnectionTest::note)))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("ALTER ROLE \"" + role + "\" RESET default_transaction_read_only");
        }
        assertThat(pauses).hasValue(0);
    }

    @Test
    void once_poolOfReadOnlyConnections_isConfigurationAtOnce() {
        DataSource readOnly = watched((method, made) -> made);
        DataSource pool = proxy(DataSource.class, readOnly, (method, made) -> {
            if (made instanceof Connection connection) {
                connection.setReadOnly(true);
            }
            return made;
        });
        try (KeptConnection kept = kept(pool)) {
            assertThatThrownBy(() -> kept.once(KeptConnectionTest::note))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("hands out connections that are read-only");
        }
    }

    /** The first connection leads to a server that was demoted; the next one to the primary. */
    @Test
    void once_firstConnectionToADemotedServer_isMendedByTheNext() throws SQLException {
        AtomicInteger demoted = new AtomicInteger(1);
        DataSource failover = watched((method, made) -> {
            if (method.equals("prepareStatement") && demoted.get() > 0 && sent.contains(INSERT)) {
                demoted.decrementAndGet();
                throw new SQLException("cannot execute INSERT in a read-only transaction", "25006");
            }
            return made;
        });
        try (KeptConnection kept = kept(failover)) {
            Retry.patient(millis -> true).run("noting", () -> kept.once(KeptConnectionTest::note));

            assertThat(kept.once(KeptConnectionTest::doctors)).isEqualTo(1);
        }
        assertThat(connections).hasValue(2);
    }

    @Test
    void once_standbyWithoutEnd_isUnavailableAndNamesThePrimary() {
        DataSource standby = watched((method, made) -> {
            if (method.equals("prepareStatement") && sent.get(sent.size() - 1).equals(INSERT)) {
                throw new SQLException("cannot execute INSERT in a read-only transaction", "25006");
            }
            return made;
        });
        AtomicInteger pauses = new AtomicInteger();
        try (KeptConnection kept = kept(standby)) {
            assertThatThrownBy(() -> Retry.patient(millis -> pauses.incrementAndGet() > 0)
                            .run("noting", () -> kept.once(KeptConnectionTest::note)))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("targetServerType=primary");
        }
        assertThat(pauses).hasValue(35);
    }

    /** Beside the statements of the work: the settings in one message, and BEGIN and COMMIT of the driver. */
    @Test
    void once_oneTransaction_takesOneRoundTripMoreThanItsWork() throws SQLException {
        try (KeptConnection kept = kept(watched((method, made) -> made))) {
            kept.once(session -> true);
            sent.clear();

            kept.once(KeptConnectionTest::note);
        }
        assertThat(sent).hasSize(2);
        assertThat(sent.get(0)).isEqualTo("createStatement");
        assertThat(sent.get(1)).isEqualTo(INSERT);
    }

    /** PostgreSQL 18 reports each change of the path, and then nothing that was prepared is used again. */
    @Test
    void once_onADirectConnection_keepsWhatTheDriverHasPrepared() throws SQLException {
        assertThat(uses(true)).isGreaterThan(2);
        assertThat(uses(false)).isLessThan(2);
    }

    /** How often a statement ran that the server knows by name, of ten times in transactions of their own. */
    private long uses(boolean direct) throws SQLException {
        try (KeptConnection kept = new KeptConnection(database, LIMITS, "tegula-test", connection -> direct)) {
            for (int i = 0; i < 10; i++) {
                kept.once(KeptConnectionTest::note);
            }
            return kept.once(session -> {
                try (var select = session.prepare("SELECT coalesce(max(generic_plans + custom_plans), 0)"
                                + " FROM pg_prepared_statements WHERE statement = '" + INSERT.replace("'", "''")
                                + "'");
                        ResultSet row = select.executeQuery()) {
                    row.next();
                    return row.getLong(1);
                }
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"public", "\"$user\", public", "", "pg_catalog, public, pg_temp"})
    void close_ofADirectConnection_givesItBackWithItsPath(String before) throws SQLException {
        try (Connection only = database.getConnection()) {
            try (var set = only.prepareStatement("SELECT set_config('search_path', ?, false)")) {
                set.setString(1, before);
                set.execute();
            }
            DataSource pool = proxy(DataSource.class, database, (name, made) -> unclosed(only));
            try (KeptConnection kept = new KeptConnection(pool, LIMITS, "tegula-test", connection -> true)) {
                String path = kept.once(session -> path(session.connection()));
                assertThat(path).startsWith("pg_catalog, ").endsWith(", pg_temp");
                assertThat(path(only)).isEqualTo(path);
                assertThat(kept.<String>once(session -> path(session.connection())))
                        .isEqualTo(path);
                assertThatThrownBy(() -> kept.once(session -> {
                            session.execute("SELECT 1 / 0");
                            return true;
                        }))
                        .isInstanceOf(SQLException.class);
                // As after a COMMIT that was refused: somebody has to end the transaction first.
                only.setAutoCommit(false);
                only.createStatement().execute("SELECT 1");
            }
            assertThat(only.getAutoCommit()).isTrue();
            assertThat(path(only)).isEqualTo(before);
        }
    }

    private static String path(Connection connection) throws SQLException {
        try (var select = connection.createStatement();
                ResultSet row = select.executeQuery("SELECT current_setting('search_path')")) {
            row.next();
            return row.getString(1);
        }
    }

    private static Connection unclosed(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                KeptConnectionTest.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (self, method, args) -> method.getName().equals("close") ? null : invoke(connection, method, args));
    }

    @Test
    void levelsAndSettings_ofCockroachDb_areThoseItKnows() {
        Dialect cockroach = new Dialect(Product.COCKROACHDB, 13);

        assertThat(cockroach.rowIsolation()).isEqualTo("SERIALIZABLE");
        assertThat(cockroach.snapshotIsolation()).isEqualTo("SERIALIZABLE");
        assertThat(cockroach.backgroundLevel("SERIALIZABLE"))
                .isEqualTo("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE, PRIORITY LOW");
        assertThat(cockroach.background())
                .containsExactly(
                        "SET LOCAL autocommit_before_ddl = off",
                        "SET LOCAL default_transaction_quality_of_service = background");
        assertThat(cockroach.schemaIsolation()).isEqualTo("SERIALIZABLE");
        assertThat(cockroach.sha256("x")).isEqualTo("decode(sha256(x), 'hex')");
        assertThat(cockroach.local(LIMITS.settings(cockroach.majorVersion())))
                .containsExactly(
                        "SET LOCAL statement_timeout = '30000ms'",
                        "SET LOCAL lock_timeout = '200ms'",
                        "SET LOCAL idle_in_transaction_session_timeout = '10000ms'");
    }

    @Test
    void settings_ofPostgreSql_areOneStatementAndLastForTheTransaction() throws SQLException {
        List<LocalSetting> settings = new ArrayList<>(LIMITS.settings(18));
        Dialect postgresql = new Dialect(Product.POSTGRESQL, 18);
        settings.addAll(SafeSettings.printed(postgresql));
        assertThat(postgresql.local(settings))
                .singleElement(STRING)
                .startsWith("SELECT pg_catalog.set_config('statement_timeout', '30000ms', true), ")
                .contains("'transaction_timeout', '40000ms', true", "'row_security', 'off', true", "'search_path', ");
        assertThat(SafeSettings.printed(new Dialect(Product.COCKROACHDB, 13))).isEqualTo(SafeSettings.all());
        PGSimpleDataSource odd = database;
        odd.setOptions("-c DateStyle=German -c standard_conforming_strings=off -c statement_timeout=7000");
        try (KeptConnection kept = kept(watched((method, made) -> made))) {
            kept.dialect();
            sent.clear();
            assertThat(kept.once(KeptConnectionTest::current))
                    .startsWith("ISO, MDY|on|30s|off|tegula-test|pg_catalog, ");
            assertThat(sent).filteredOn("createStatement"::equals).hasSize(1);
        }
    }

    private static String current(Session session) throws SQLException {
        try (var select = session.prepare("SELECT concat_ws('|', current_setting('DateStyle'),"
                        + " current_setting('standard_conforming_strings'), current_setting('statement_timeout'),"
                        + " current_setting('row_security'), current_setting('application_name'),"
                        + " current_setting('search_path'))");
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getString(1);
        }
    }

    private static final String INSERT = "INSERT INTO doctor VALUES ('ada')";

    private static boolean note(Session session) throws SQLException {
        try (var insert = session.prepare(INSERT)) {
            return insert.executeUpdate() == 1;
        }
    }

    private static int doctors(Session session) throws SQLException {
        try (var select = session.prepare("SELECT count(*) FROM doctor");
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getInt(1);
        }
    }

    /** What becomes of the result of a method. */
    private interface Then {
        Object of(String method, Object result) throws SQLException;
    }

    /** Counts connections, and notes what is sent before it may fail. */
    private DataSource watched(Then then) {
        return proxy(DataSource.class, database, (name, made) -> {
            if (!(made instanceof Connection connection)) {
                return made;
            }
            connections.incrementAndGet();
            return Proxy.newProxyInstance(
                    KeptConnectionTest.class.getClassLoader(),
                    new Class<?>[] {Connection.class},
                    (self, method, args) -> {
                        if (method.getName().equals("prepareStatement")) {
                            sent.add((String) args[0]);
                        } else if (method.getName().equals("createStatement")) {
                            sent.add("createStatement");
                        }
                        Object result = invoke(connection, method, args);
                        return then.of(method.getName(), result);
                    });
        });
    }

    private static Object invoke(Object target, java.lang.reflect.Method method, Object[] args) throws Throwable {
        try {
            return method.invoke(target, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static <T> T proxy(Class<T> type, T target, Then then) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, args) -> then.of(method.getName(), invoke(target, method, args))));
    }
}
