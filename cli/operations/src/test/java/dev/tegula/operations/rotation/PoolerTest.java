package dev.tegula.operations.rotation;

import static dev.tegula.operations.live.LiveLab.move;
import static dev.tegula.operations.live.LiveLab.patientColumns;
import static dev.tegula.operations.live.LiveLab.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.envelope.KeyId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.live.LiveLab;
import dev.tegula.operations.reencrypt.CipherSource;
import dev.tegula.operations.reencrypt.JobSpec;
import dev.tegula.operations.reencrypt.Reencryption;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.test.servers.NeedsPgBouncer;
import dev.tegula.test.servers.PgBouncerServer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Work through PgBouncer in transaction mode with one server connection, so that every statement of the application runs where
 * one of Tegula's ran just before.
 */
@NeedsPgBouncer
@Tag("long")
class PoolerTest extends RotationLab {

    private static final String SETTINGS = "SELECT concat_ws(' ', current_setting('transaction_isolation'),"
            + " current_setting('lock_timeout'), current_setting('statement_timeout'),"
            + " current_setting('idle_in_transaction_session_timeout'), current_setting('row_security'),"
            + " current_setting('default_transaction_isolation'), current_setting('DateStyle'),"
            + " current_setting('search_path'))";
    private static final String UNTOUCHED = "read committed 0 0 0 on read committed ISO, MDY \"$user\", public";

    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private PgBouncerServer pooler;

    @AfterEach
    void closePooler() {
        if (pooler != null) {
            pooler.close();
        }
    }

    @Test
    void rotate_throughThePooler_leavesTheApplicationsTransactionsAlone() throws SQLException {
        rotateBeside(PgBouncerServer.open(LiveLab.port(), 1), "?prepareThreshold=0");
    }

    @Test
    void rotate_throughAPoolerThatKeepsStatementsApart_needsNoOption() throws SQLException {
        if (!PgBouncerServer.keepsPreparedStatements()) {
            System.err.println("SKIPPED PoolerTest with max_prepared_statements needs PgBouncer 1.21 or newer");
        }
        assumeTrue(PgBouncerServer.keepsPreparedStatements(), "PgBouncer 1.21 or newer");
        rotateBeside(PgBouncerServer.openWithPreparedStatements(LiveLab.port(), 1), "?prepareThreshold=1");
    }

    private void rotateBeside(PgBouncerServer started, String options) throws SQLException {
        pooler = started;
        lab.patients(300);
        lab.tegula.catalogue().orElseThrow().publish(patientColumns());
        try (HikariDataSource application = pool("", 1);
                HikariDataSource ours = pool(options, 3)) {
            Rotation rotation = new Rotation(
                    lab.tegula,
                    beside(ours, application),
                    backedUp::addAll,
                    RotationSettings.standard().withWriteLimit(Duration.ofSeconds(1)));
            RotationReport report = rotation.run(RotationRequest.of("patient.ssn"), recorder, new RunControl());
            assertThat(report.outcome()).isEqualTo(RotationOutcome.DONE);
        }
        assertThat(seen).containsExactly(UNTOUCHED);
    }

    @Test
    void reencrypt_throughThePooler_leavesTheApplicationsTransactionsAlone() throws SQLException {
        pooler = PgBouncerServer.open(LiveLab.port(), 1);
        lab.patients(300);
        KeyId old = lab.activeKey(SSN);
        KeyId next = lab.nextKey(SSN).keyId();
        try (HikariDataSource application = pool("", 1);
                HikariDataSource ours = pool("?prepareThreshold=0", 3)) {
            Reencryption reencryption = new Reencryption(
                    beside(ours, application), CipherSource.of(lab.tegula.keyring()), SweepSettings.standard());
            JobSpec job = spec(patientColumns().subList(0, 1), move(SSN, next, old));
            reencryption.sweep(reencryption.plan(job).id(), 2, new RunControl(), progress -> {});
        }
        assertThat(seen).containsExactly(UNTOUCHED);
        assertThat(lab.under(next, "patient", "ssn")).isEqualTo(300);
    }

    @Test
    void work_withNamedStatementsThroughThePooler_isConfiguration() {
        pooler = PgBouncerServer.open(LiveLab.port(), 1);
        PGSimpleDataSource named = new PGSimpleDataSource();
        named.setURL(url("?prepareThreshold=1"));
        named.setUser("postgres");
        try (HikariDataSource first = pool("?prepareThreshold=1", 1)) {
            new Transactions(first).dialect();
            // Not before: a pool asks the server something as soon as it is made.
            try (HikariDataSource second = pool("?prepareThreshold=1", 1)) {
                assertCured(new Transactions(second));
                assertCured(new Transactions(named));
            }
        }
    }

    private static void assertCured(Transactions transactions) {
        assertThatThrownBy(transactions::dialect)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("42P05")
                .hasMessageContaining("Add prepareThreshold=0");
    }

    private String url(String options) {
        return pooler.url(lab.text("SELECT current_database()")) + options;
    }

    private HikariDataSource pool(String options, int connections) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url(options));
        config.setUsername("postgres");
        config.setMaximumPoolSize(connections);
        config.setInitializationFailTimeout(-1);
        config.setConnectionTimeout(5_000);
        return new HikariDataSource(config);
    }

    /** Our data source; the application looks at its own settings each time something of Tegula's has ended or begins. */
    private DataSource beside(DataSource ours, DataSource application) {
        return proxy(DataSource.class, (name, call) -> {
            Object result = call.run(ours);
            return result instanceof Connection connection ? watched(connection, application) : result;
        });
    }

    private Connection watched(Connection connection, DataSource application) {
        return proxy(Connection.class, (name, call) -> {
            Object result = call.run(connection);
            if (Set.of("setTransactionIsolation", "setAutoCommit", "commit", "rollback")
                            .contains(name)
                    && connection.getAutoCommit()) {
                look(application);
            }
            return result;
        });
    }

    private void look(DataSource application) throws SQLException {
        try (Connection connection = application.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(SETTINGS)) {
            row.next();
            seen.add(row.getString(1));
        }
    }

    private interface Call {
        Object run(Object target) throws Exception;
    }

    private interface Seen {
        Object on(String name, Call call) throws Exception;
    }

    private static <T> T proxy(Class<T> type, Seen seen) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> seen.on(method.getName(), target -> {
                    try {
                        return method.invoke(target, arguments);
                    } catch (InvocationTargetException e) {
                        if (e.getCause() instanceof SQLException sql) {
                            throw sql;
                        }
                        throw e;
                    }
                })));
    }
}
