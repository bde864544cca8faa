package dev.tegula.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.audit.AuditAuthor;
import dev.tegula.audit.AuditEntry;
import dev.tegula.audit.AuditHead;
import dev.tegula.cipher.RootKey;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.registry.RegistrySeal;
import dev.tegula.registry.SealDoor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** How many statements an entry takes, and what they lock. */
final class AuditChainsTest {

    private final AtomicLong nanos = new AtomicLong();
    private final List<String> statements = new ArrayList<>();
    private PGSimpleDataSource database;
    private RegistrySeal seal;
    private AuditTrail trail;

    @BeforeEach
    void open() throws SQLException {
        database = Postgres.freshSchema();
        new Transactions(database, Postgres.capture()).each(SchemaScript.statements());
        try (RootKey root = RootKey.generate(new SecureRandom())) {
            seal = SealDoor.under(root);
        }
        trail = new AuditTrail(seal, AuditAuthor.application(), () -> "here", nanos::get);
    }

    private Connection connect() throws SQLException {
        Connection connection = database.getConnection();
        connection.setAutoCommit(false);
        return connection;
    }

    /** As a pool hands it out: another object each time. */
    private Connection watched(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (self, method, arguments) -> {
                    if (method.getName().equals("prepareStatement")) {
                        statements.add((String) arguments[0]);
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private AuditHead append(Connection connection) throws SQLException {
        statements.clear();
        return trail.append(watched(connection), AuditEntry.of("invoice.approved", "invoice", 1));
    }

    private String asked(String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }

    @Test
    void append_behindItsOwnEntry_takesOneStatement() throws SQLException {
        try (Connection connection = connect()) {
            AuditHead first = append(connection);
            connection.commit();
            AuditHead second = append(connection);
            assertThat(statements).hasSize(1);
            AuditHead third = append(connection);
            connection.commit();

            assertThat(statements).hasSize(1);
            assertThat(List.of(second.chain(), third.chain())).containsOnly(first.chain());
            assertThat(third.seq()).isEqualTo(3);
            assertThat(asked("SELECT concat(seq, encode(mac, 'hex')) FROM tegula_audit_head WHERE seq > 0"))
                    .isEqualTo(third.seq() + third.mac());
        }
    }

    /** Whoever had the connection before may have left tables that hide Tegula's, and an entry in those is none. */
    @Test
    void append_besideTemporaryTablesOfTheSameNames_isRefused() throws SQLException {
        try (Connection connection = connect();
                Connection other = connect()) {
            append(connection);
            connection.commit();
            for (Connection each : List.of(connection, other)) {
                try (Statement statement = each.createStatement()) {
                    statement.execute("CREATE TEMP TABLE tegula_audit (LIKE tegula_audit INCLUDING ALL)");
                    statement.execute("CREATE TEMP TABLE tegula_audit_head AS SELECT * FROM tegula_audit_head");
                }
                each.commit();

                assertThatThrownBy(() -> append(each))
                        .isInstanceOf(ConfigurationException.class)
                        .hasMessageContaining("temporary tables");
                each.rollback();
            }
        }
        assertThat(asked("SELECT count(*) FROM tegula_audit")).isEqualTo("1");
    }

    /** What was rolled back is not built upon. */
    @Test
    void append_afterARollback_goesOnFromWhatIsStored() throws SQLException {
        try (Connection connection = connect()) {
            AuditHead first = append(connection);
            connection.commit();
            append(connection);
            connection.rollback();
            AuditHead next = append(connection);
            connection.commit();

            assertThat(next.seq()).isEqualTo(first.seq() + 1);
            append(connection);
            assertThat(statements).hasSize(1);
        }
    }

    /** The chain in which a connection wrote last is held by another: it takes a free one and does not wait. */
    @Test
    void append_whereTheChainIsHeld_takesAnother() throws SQLException {
        try (Connection connection = connect();
                Connection other = connect()) {
            AuditHead first = append(connection);
            connection.commit();
            other.createStatement()
                    .execute("SELECT 1 FROM tegula_audit_head WHERE chain = " + first.chain() + " FOR UPDATE");
            connection.createStatement().execute("SET LOCAL lock_timeout = '60s'");

            assertThat(append(connection).chain()).isNotEqualTo(first.chain()).isPositive();
            connection.commit();
        }
    }

    @Test
    void append_byALoginThatChanged_namesTheNewOne() throws SQLException {
        Postgres.run(database, "DROP ROLE IF EXISTS auditor");
        Postgres.run(database, "CREATE ROLE auditor SUPERUSER");
        try (Connection connection = connect()) {
            append(connection);
            connection.commit();
            connection.createStatement().execute("SET SESSION AUTHORIZATION auditor");
            append(connection);
            connection.commit();
        }

        assertThat(asked("SELECT string_agg(login, ' ' ORDER BY seq) FROM tegula_audit"))
                .isEqualTo(Postgres.ADMIN + " auditor");
    }

    /** The clock of the process is followed for a while, behind that of the database, and then that is asked again. */
    @Test
    void append_countsOnFromTheClockOfTheDatabase_forTenSeconds() throws SQLException {
        try (Connection connection = connect()) {
            append(connection);
            nanos.addAndGet(KnownHeads.CLOCK.toNanos() - 1);
            append(connection);
            assertThat(statements).hasSize(1);
            nanos.addAndGet(1);
            append(connection);
            assertThat(statements).hasSize(2);
            connection.commit();
        }

        assertThat(
                        asked(
                                "SELECT max(told_at) FILTER (WHERE seq = 2) - max(told_at) FILTER (WHERE seq = 1) FROM tegula_audit"))
                .isEqualTo("00:00:09.999999");
    }

    /** A name that is looked up slowly keeps nobody waiting for the chain. */
    @Test
    void host_isAskedBeforeAChainIsHeld() throws SQLException {
        List<String> locks = new ArrayList<>();
        AuditTrail slow = new AuditTrail(
                seal,
                AuditAuthor.application(),
                () -> {
                    locks.add(lock());
                    return "here";
                },
                nanos::get);
        try (Connection connection = connect()) {
            slow.append(connection, AuditEntry.of("invoice.approved", "invoice", 1));
            assertThat(lock()).isNotEqualTo("0");
            connection.commit();
        }

        assertThat(locks).isNotEmpty().containsOnly("0");
    }

    private String lock() {
        try {
            return asked("SELECT count(*) FROM pg_locks WHERE relation = 'tegula_audit_head'::regclass"
                    + " AND mode = 'RowShareLock'");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A lock on all heads would be one that every other writer runs into. */
    @Test
    void serializable_readsOneHeadAndNotTheTable() throws SQLException {
        Postgres.run(database, "VACUUM (ANALYZE) tegula_audit_head");
        try (Connection one = serializable();
                Connection two = serializable()) {
            append(one);
            append(two);
            assertThat(asked(
                            "SELECT coalesce(string_agg(DISTINCT locktype, ' ' ORDER BY locktype), 'none') FROM pg_locks"
                                    + " WHERE relation = 'tegula_audit_head'::regclass AND mode = 'SIReadLock'"))
                    .doesNotContain("relation");
            one.commit();
            two.commit();
            append(one);
            append(two);
            two.commit();
            one.commit();
        }

        assertThat(asked("SELECT count(*) FROM tegula_audit")).isEqualTo("4");
    }

    private Connection serializable() throws SQLException {
        Connection connection = connect();
        connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
        return connection;
    }

    /** What is not written in the present of the head can only be tried again. */
    @ParameterizedTest
    @ValueSource(ints = {Connection.TRANSACTION_REPEATABLE_READ, Connection.TRANSACTION_SERIALIZABLE})
    void append_whoseTransactionBeganBeforeAnotherWrote_getsAConflict_andSucceedsAgain(int isolation)
            throws SQLException {
        try (Connection one = connect();
                Statement other = database.getConnection().createStatement()) {
            one.setTransactionIsolation(isolation);
            one.createStatement().execute("SELECT 1 FROM tegula_audit");
            other.execute("UPDATE tegula_audit_head SET seq = seq");
            assertThatThrownBy(() -> append(one))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("40001"));
            one.rollback();

            assertThat(append(one).seq()).isEqualTo(1);
            one.commit();
            other.getConnection().close();
        }
    }
}
