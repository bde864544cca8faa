package dev.tegula.operations.reencrypt;

import static dev.tegula.operations.live.LiveLab.scope;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.envelope.KeyId;
import dev.tegula.jdbc.KeptConnection;
import dev.tegula.jdbc.SqlFailures;
import dev.tegula.jdbc.TableName;
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
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Fences that are replaced while somebody looks at them. */
final class FenceCheckTest {

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
        DataSource losing = proxy(
                DataSource.class,
                lab.database,
                (method, made) -> made instanceof Connection connection ? losingTexts(connection) : made);
        try (KeptConnection kept = SweepSettings.standard().connection(losing)) {
            assertThatThrownBy(() -> kept.once(session -> FenceCheck.of(session, table)))
                    .isInstanceOfSatisfying(SQLException.class, e -> assertThat(SqlFailures.retryable(e))
                            .isTrue());
        }
    }

    /**
     * Of a column whose type is a domain, a function of another schema may answer in place of PostgreSQL's own, and is printed
     * without its schema where that schema is on the search path.
     */
    @Test
    void of_aForgedFenceByAFunctionOfTheSearchPath_isNotBelieved() throws Exception {
        KeyId old = lab.activeKey(scope("patient.ssn"));
        lab.sql(
                "CREATE DOMAIN secret AS bytea",
                "ALTER TABLE patient ALTER COLUMN ssn TYPE secret",
                "CREATE FUNCTION public.\"substring\"(secret, integer, integer) RETURNS bytea LANGUAGE sql IMMUTABLE"
                        + " AS $$ SELECT '\\x00'::bytea $$",
                "ALTER TABLE patient ADD CONSTRAINT tegula_fence_ssn CHECK (public.\"substring\"(ssn, 3, 32) <> ALL"
                        + " (ARRAY['\\x" + old.hex() + "'::bytea]))");

        try (KeptConnection kept = SweepSettings.standard().connection(lab.database)) {
            Map<String, FenceCheck> checks =
                    kept.once(session -> FenceCheck.of(session, new TableName("public", "patient")));
            assertThat(checks).containsOnlyKeys("tegula_fence_ssn").allSatisfy((name, check) -> assertThat(check.keys())
                    .isEmpty());
        }
    }
}
