package dev.tegula.operations.reencrypt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Context;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.jdbc.TableName;
import dev.tegula.operations.live.LiveLab;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A table of visits whose tenants have keys of their own; that of tenant {@code a} was replaced. */
abstract class LookupFenceLab {

    static final TableName VISIT = new TableName("public", "visit");
    static final Set<String> BODY = Set.of("body");

    LiveLab lab;
    KeyId old;
    byte[] underOld;

    @BeforeEach
    void start() throws SQLException {
        lab = LiveLab.start();
        lab.sql("CREATE TABLE visit (id int PRIMARY KEY, tenant text, body bytea, other text)");
        for (String tenant : new String[] {"a", "b"}) {
            lab.update("INSERT INTO visit VALUES (?, ?, ?)", tenant.charAt(0) - 'a', tenant, encrypted(tenant));
        }
        old = lab.activeKey(scope("a"));
        underOld = encrypted("a");
        lab.nextKey(scope("a"));
        lab.update("UPDATE visit SET body = ? WHERE id = 0", (Object) encrypted("a"));
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    static Scope scope(String tenant) {
        return Scope.data(FieldId.of("visit.text"), TenantId.of(tenant));
    }

    byte[] encrypted(String tenant) {
        return lab.tenantField("visit.text").encrypt("text", Context.tenant(tenant));
    }

    Fence fence() {
        return new Fence(lab.database, Duration.ofMinutes(1));
    }

    void raise() {
        raise(old);
    }

    void raise(KeyId key) {
        fence().raise(VISIT, Map.of("body", Set.of(key)), BODY, new Looks().control());
    }

    void insert(int id, byte[] body) throws SQLException {
        lab.update("INSERT INTO visit VALUES (?, 'a', ?)", id, body);
    }

    static void insert(Connection connection, int id, byte[] body) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO visit VALUES (?, 'a', ?)")) {
            insert.setInt(1, id);
            insert.setBytes(2, body);
            insert.executeUpdate();
        }
    }

    void assertFenced(ThrowingCallable write) {
        assertThatThrownBy(write)
                .hasMessageContaining("violates check constraint \"tegula_fence_body of ")
                .satisfies(e -> assertThat(lab.tegula.fenced(e)).isTrue());
    }

    /** A transaction that sees one moment alone, which is before what comes. */
    Connection atOneMoment() throws SQLException {
        Connection connection = lab.database.getConnection();
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT 1");
        }
        return connection;
    }

    long count(String what) {
        return lab.number("SELECT count(*) FROM " + what);
    }
}
