package dev.tegula.operations.reencrypt;

import static dev.tegula.operations.live.LiveLab.scope;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Context;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.jdbc.TableName;
import dev.tegula.operations.live.LiveLab;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A table of values under a new key, and a reader who keeps it from getting its CHECK. */
abstract class FenceTriggerLab {

    static final Scope SSN = scope("patient.ssn");
    static final TableName PATIENT = new TableName("public", "patient");
    static final TableName VISIT = new TableName("public", "visit");

    LiveLab lab;
    KeyId old;
    byte[] underOld;
    Connection reader;

    @BeforeEach
    void start() throws Exception {
        lab = LiveLab.start();
        lab.patients(10);
        old = lab.activeKey(SSN);
        underOld = lab.field("patient.ssn").encrypt("late", Context.noTenant());
        lab.nextKey(SSN);
        lab.update(
                "UPDATE patient SET ssn = ?", (Object) lab.field("patient.ssn").encrypt("new", Context.noTenant()));
        reader = lab.database.getConnection();
        reader.setAutoCommit(false);
    }

    @AfterEach
    void stop() throws Exception {
        reader.close();
        lab.close();
    }

    Fence fence() {
        return new Fence(lab.database, Duration.ofSeconds(6));
    }

    void raise() {
        fence().raise(PATIENT, Map.of("ssn", Set.of(old)), new RunControl());
    }

    /** A reader that is idle in transaction for longer than whom the fence waits for. */
    void read(String table) throws SQLException {
        try (Statement statement = reader.createStatement()) {
            statement.execute("SELECT count(*) FROM " + table);
            statement.execute("SELECT pg_sleep(1.1)");
        }
    }

    void raiseBesideAReader() throws SQLException {
        read("patient");
        raise();
    }

    long count(String what) {
        return lab.number("SELECT count(*) FROM " + what);
    }

    long checks() {
        return count("pg_constraint WHERE conname LIKE 'tegula\\_fence\\_%'");
    }

    long triggers() {
        return count("pg_trigger WHERE tgname LIKE 'tegula\\_fence\\_%'");
    }

    long functions() {
        return count("pg_proc WHERE proname LIKE 'tegula\\_fence\\_%'");
    }

    void assertRefused(String... before) {
        assertThatThrownBy(() -> {
                    try (Connection writer = lab.database.getConnection();
                            Statement statement = writer.createStatement()) {
                        writer.setAutoCommit(false);
                        for (String sql : before) {
                            statement.execute(sql);
                        }
                        try (var insert = writer.prepareStatement("INSERT INTO patient (id, ssn) VALUES (100, ?)")) {
                            insert.setBytes(1, underOld);
                            insert.executeUpdate();
                        }
                    }
                })
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("violates check constraint \"tegula_fence_ssn\"")
                .satisfies(e -> assertThat(lab.tegula.fenced(e)).isTrue());
    }
}
