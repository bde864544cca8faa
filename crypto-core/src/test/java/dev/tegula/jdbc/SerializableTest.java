package dev.tegula.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Transactions of applications, with conflicts that are real and such that are injected. */
@Tag("long")
final class SerializableTest {

    private PGSimpleDataSource dataSource;

    @BeforeEach
    void open() throws SQLException {
        dataSource = Postgres.freshSchema();
        Postgres.run(dataSource, "CREATE TABLE doctor (name text PRIMARY KEY, on_call bool NOT NULL)");
        Postgres.run(dataSource, "INSERT INTO doctor VALUES ('ada', true), ('bob', true)");
    }

    @Test
    void run_isSerializableAndCommits_andGivesTheConnectionBackAsItCame() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            String level = Serializable.run(injecting(connection, -1, ""), c -> {
                execute(c, "DELETE FROM doctor WHERE name = 'ada'");
                return text(c, "SHOW transaction_isolation");
            });

            assertThat(level).isEqualTo("serializable");
            assertThat(connection.getAutoCommit()).isTrue();
            assertThat(text(connection, "SHOW transaction_isolation")).isEqualTo("read committed");
        }
        assertThat(onCall()).isEqualTo(1);
    }

    /** Each reads what the other writes: one of them meets a real 40001. */
    @Test
    void run_writeSkew_isRunAgainUntilItIsRight() throws Exception {
        CyclicBarrier bothHaveRead = new CyclicBarrier(2);
        AtomicInteger runs = new AtomicInteger();
        List<Exception> failed = inParallel(name -> Serializable.run(dataSource, connection -> {
            boolean first = runs.incrementAndGet() <= 2;
            int others = Integer.parseInt(text(connection, "SELECT count(*) FROM doctor WHERE on_call"));
            if (first) {
                await(bothHaveRead);
            }
            if (others > 1) {
                execute(connection, "UPDATE doctor SET on_call = false WHERE name = '" + name + "'");
            }
            return others;
        }));

        assertThat(failed).isEmpty();
        assertThat(runs).hasValue(3);
        assertThat(onCall()).isEqualTo(1);
    }

    /** Each holds what the other wants: one of them meets a real 40P01. */
    @Test
    void run_deadlock_isRunAgain() throws Exception {
        CyclicBarrier bothHold = new CyclicBarrier(2);
        AtomicInteger runs = new AtomicInteger();
        List<Exception> failed = inParallel(name -> Serializable.run(dataSource, connection -> {
            boolean first = runs.incrementAndGet() <= 2;
            execute(connection, "SELECT 1 FROM doctor WHERE name = '" + name + "' FOR UPDATE");
            if (first) {
                await(bothHold);
            }
            execute(connection, "SELECT 1 FROM doctor WHERE name <> '" + name + "' FOR UPDATE");
            return name;
        }));

        assertThat(failed).isEmpty();
        assertThat(runs.get()).isGreaterThanOrEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"40001", "40P01"})
    void run_conflictOfTheWork_isRolledBackAndRunAgain(String state) throws SQLException {
        AtomicInteger runs = new AtomicInteger();

        Serializable.run(dataSource, connection -> {
            execute(connection, "DELETE FROM doctor WHERE name = '" + (runs.get() == 0 ? "ada" : "bob") + "'");
            if (runs.incrementAndGet() == 1) {
                throw new SQLException("injected", state);
            }
            return 0;
        });

        assertThat(runs).hasValue(2);
        assertThat(onCall("ada")).isEqualTo(1);
        assertThat(onCall("bob")).isZero();
    }

    @Test
    void run_conflictThatAnExceptionWraps_isRunAgain() throws SQLException {
        AtomicInteger runs = new AtomicInteger();

        Serializable.run(dataSource, connection -> {
            if (runs.incrementAndGet() == 1) {
                throw new IllegalStateException("of a mapper", new SQLException("injected", "40001"));
            }
            return 0;
        });

        assertThat(runs).hasValue(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"40001", "40P01"})
    void run_conflictAtCommit_isRunAgain(String state) throws SQLException {
        AtomicInteger runs = new AtomicInteger();
        try (Connection connection = dataSource.getConnection()) {
            Serializable.run(injecting(connection, 1, state), c -> {
                runs.incrementAndGet();
                execute(c, "UPDATE doctor SET on_call = false WHERE name = 'ada'");
                return 0;
            });
        }

        assertThat(runs).hasValue(2);
        assertThat(onCall("ada")).isZero();
    }

    /** Committed or not: run again it might be done twice, so it is not. 40003 is what CockroachDB calls it. */
    @ParameterizedTest
    @ValueSource(strings = {"08006", "08007", "57P01", "40003", "XX000"})
    void run_cutAtCommit_isToldApartAndNotRunAgain(String state) throws SQLException {
        AtomicInteger runs = new AtomicInteger();
        try (Connection connection = dataSource.getConnection()) {
            assertThatThrownBy(() -> Serializable.run(injecting(connection, 1, state), c -> runs.incrementAndGet()))
                    .isInstanceOfSatisfying(CommitUnknownException.class, e -> assertThat(e.code())
                            .isEqualTo("commit-unknown"))
                    .hasMessageContaining("complete or absent")
                    .hasMessageNotContaining("command");
        }

        assertThat(runs).hasValue(1);
    }

    /** The backend is killed for real between the work and its COMMIT. */
    @Test
    void run_backendKilledBeforeCommit_isUnknownOrTheFailureItself_neverSuccess() {
        AtomicInteger runs = new AtomicInteger();

        assertThatThrownBy(() -> Serializable.run(dataSource, connection -> {
                    runs.incrementAndGet();
                    execute(connection, "DELETE FROM doctor");
                    String pid = text(connection, "SELECT pg_backend_pid()");
                    Postgres.run(dataSource, "DO 'BEGIN PERFORM pg_terminate_backend(" + pid + "); END'");
                    return 0;
                }))
                .isInstanceOf(SQLException.class);
        assertThat(runs).hasValue(1);
    }

    @Test
    void run_anotherFailure_isThrownAtOnceAndRolledBack() throws SQLException {
        AtomicInteger runs = new AtomicInteger();

        assertThatThrownBy(() -> Serializable.run(dataSource, connection -> {
                    runs.incrementAndGet();
                    execute(connection, "DELETE FROM doctor WHERE name = 'ada'");
                    execute(connection, "INSERT INTO doctor VALUES ('bob', true)");
                    return 0;
                }))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("duplicate key");
        assertThat(runs).hasValue(1);
        assertThat(onCall()).isEqualTo(2);
    }

    /** Else COMMIT would roll back, and be taken for success. */
    @Test
    void run_failureThatTheWorkSwallows_isNoSuccess() throws SQLException {
        assertThatThrownBy(() -> Serializable.run(dataSource, connection -> {
                    execute(connection, "DELETE FROM doctor WHERE name = 'ada'");
                    try {
                        execute(connection, "INSERT INTO doctor VALUES ('bob', true)");
                    } catch (SQLException swallowed) {
                        return 1;
                    }
                    return 0;
                }))
                .isInstanceOf(SQLException.class);
        assertThat(onCall()).isEqualTo(2);
    }

    @Test
    void run_conflictsWithoutEnd_areBounded_andPausesGrowAndDiffer() {
        AtomicInteger runs = new AtomicInteger();
        List<Long> pauses = new ArrayList<>();

        assertThatThrownBy(() -> Serializable.run(dataSource, connection -> {
                    runs.incrementAndGet();
                    throw new SQLException("injected", "40001");
                }))
                .isInstanceOf(SQLException.class)
                .hasMessage("injected");
        assertThat(runs).hasValueGreaterThan(19).hasValueLessThan(41);
        assertThatThrownBy(() -> Serializable.run(dataSource, Retry.patient(pauses::add), connection -> {
                    throw new SQLException("injected", "40001");
                }))
                .hasMessage("injected");
        assertThat(pauses).hasSize(35).allMatch(pause -> pause >= 5 && pause <= 2_000);
        assertThat(pauses.get(0)).isLessThan(pauses.get(20));
        assertThat(pauses.stream().distinct().count()).isGreaterThan(10);
    }

    private interface ByName {
        void run(String name) throws Exception;
    }

    private static List<Exception> inParallel(ByName work) throws InterruptedException {
        List<Exception> failed = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (String name : List.of("ada", "bob")) {
            threads.add(new Thread(() -> {
                try {
                    work.run(name);
                } catch (Exception e) {
                    synchronized (failed) {
                        failed.add(e);
                    }
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        return failed;
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(5, TimeUnit.MINUTES);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private long onCall() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return Long.parseLong(text(connection, "SELECT count(*) FROM doctor WHERE on_call"));
        }
    }

    private long onCall(String name) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return Long.parseLong(
                    text(connection, "SELECT count(*) FROM doctor WHERE on_call AND name = '" + name + "'"));
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        }
    }

    /** A data source of one connection that is never closed, and whose so many-th COMMIT rolls back and fails with a state. */
    private static DataSource injecting(Connection connection, int which, String state) {
        AtomicInteger commits = new AtomicInteger();
        Connection proxy = (Connection) Proxy.newProxyInstance(
                SerializableTest.class.getClassLoader(), new Class<?>[] {Connection.class}, (self, method, args) -> {
                    if (method.getName().equals("close")) {
                        return null;
                    }
                    if (method.getName().equals("commit") && commits.incrementAndGet() == which) {
                        connection.rollback();
                        throw new SQLException("injected", state);
                    }
                    return invoke(connection, method, args);
                });
        return (DataSource) Proxy.newProxyInstance(
                SerializableTest.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (self, method, args) -> proxy);
    }

    private static @Nullable Object invoke(Connection connection, java.lang.reflect.Method method, Object[] args)
            throws Throwable {
        try {
            return method.invoke(connection, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
