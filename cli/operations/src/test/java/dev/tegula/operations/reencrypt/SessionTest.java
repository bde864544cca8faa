package dev.tegula.operations.reencrypt;

import static dev.tegula.operations.live.LiveLab.scope;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.KeyId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.TegulaException;
import dev.tegula.operations.live.LiveLab;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections that break, and fences that are replaced while somebody looks at them. */
final class SessionTest {

    private LiveLab lab;

    @BeforeEach
    void start() throws Exception {
        lab = LiveLab.start();
        lab.patients(5);
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    /** Connections that are dead from the start, so many times. */
    private DataSource dying(int times) {
        AtomicInteger left = new AtomicInteger(times);
        return proxy(DataSource.class, lab.database, (name, value) -> {
            if (!name.equals("getConnection") || left.getAndDecrement() <= 0) {
                return value;
            }
            return proxy(Connection.class, (Connection) value, (method, made) -> {
                if (method.equals("createStatement")) {
                    throw new SQLException("An I/O error occurred", "08006");
                }
                return made;
            });
        });
    }

    /** What becomes of the result of a method. */
    private interface Then {
        @Nullable
        Object of(String method, Object result) throws SQLException;
    }

    private static <T> T proxy(Class<T> type, T target, Then then) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    try {
                        return then.of(method.getName(), method.invoke(target, arguments));
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    @Test
    void once_afterANewConnectionWasDead_makesAnother() throws Exception {
        try (Session session = new Session(dying(1), SweepSettings.standard())) {
            assertThatThrownBy(() -> session.once(c -> true)).isInstanceOf(SQLException.class);

            boolean done = session.once(c -> true);
            assertThat(done).isTrue();
            assertThat(session.engine()).isNotNull();
        }
        assertThat(lab.database.getHikariPoolMXBean().getActiveConnections()).isZero();
    }

    /** The server answers so if the constraint was replaced after the statement's snapshot was taken. */
    private static Connection losingTexts(Connection connection) {
        return proxy(
                Connection.class,
                connection,
                (method, statement) -> method.equals("prepareStatement")
                        ? proxy(
                                PreparedStatement.class,
                                (PreparedStatement) statement,
                                (name, rows) -> name.equals("executeQuery")
                                        ? proxy(
                                                ResultSet.class,
                                                (ResultSet) rows,
                                                (get, value) -> isCheck(value) ? null : value)
                                        : rows)
                        : statement);
    }

    private static boolean isCheck(@Nullable Object value) {
        return value instanceof String text && text.startsWith("CHECK");
    }

    @Test
    void of_aFenceThatWasReplacedUnderTheLook_isTriedAgain() throws Exception {
        TableName table = new TableName("public", "patient");
        Fence fence = new Fence(lab.database, Duration.ofSeconds(5));
        KeyId old = lab.activeKey(scope("patient.ssn"));
        fence.raise(table, Map.of("ssn", Set.of(old)), new RunControl());
        try (Connection connection = lab.database.getConnection()) {
            assertThatThrownBy(() -> FenceCheck.of(losingTexts(connection), Engine.POSTGRESQL, table))
                    .isInstanceOfSatisfying(SQLException.class, e -> assertThat(SqlFailures.retryable(e))
                            .isTrue());
        }
    }

    @Test
    void of_memoryThatRanOut_isNoFailureThatAnotherRunMends() {
        TegulaException failure = SqlFailures.of(
                new SQLException("Ran out of memory retrieving query results.", "53200"), "verifying public.patient");

        assertThat(failure).isInstanceOf(ConfigurationException.class).hasMessageContaining("JAVA_TOOL_OPTIONS=-Xmx");
        assertThat(failure.getMessage()).doesNotContain("safe to run again");
    }
}
