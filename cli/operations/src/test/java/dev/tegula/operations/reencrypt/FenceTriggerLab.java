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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A table of values under a new key, and a reader who keeps it from getting its CHECK. */
abstract class FenceTriggerLab {

    static final Scope SSN = scope("patient.ssn");
    static final TableName PATIENT = new TableName("public", "patient");
    static final TableName VISIT = new TableName("public", "visit");

    /** So many tests ahead, a reader is older than a second when its test comes. */
    private static final int AHEAD = 4;

    private static final Deque<Stage> STAGES = new ArrayDeque<>();

    LiveLab lab;
    KeyId old;
    byte[] underOld;
    Connection reader;

    /** The table, and the transaction of the reader, which has begun and holds nothing yet. */
    private static final class Stage {

        private final LiveLab lab = LiveLab.start();
        private final Connection reader = lab.database.getConnection();
        private final KeyId old;
        private final byte[] underOld;

        Stage() throws SQLException {
            reader.setAutoCommit(false);
            try (Statement statement = reader.createStatement()) {
                statement.execute("SELECT 1");
            }
            lab.patients(10);
            old = lab.activeKey(SSN);
            underOld = lab.field("patient.ssn").encrypt("late", Context.noTenant());
            lab.nextKey(SSN);
            lab.update("UPDATE patient SET ssn = ?", (Object)
                    lab.field("patient.ssn").encrypt("new", Context.noTenant()));
        }

        void close() throws SQLException {
            reader.close();
            lab.close();
        }
    }

    @BeforeEach
    void start() throws SQLException {
        while (STAGES.size() < AHEAD) {
            STAGES.add(new Stage());
        }
        Stage stage = STAGES.remove();
        lab = stage.lab;
        old = stage.old;
        underOld = stage.underOld;
        reader = stage.reader;
    }

    @AfterEach
    void stop() throws SQLException {
        reader.close();
        lab.close();
    }

    @AfterAll
    static void stopThoseAhead() throws SQLException {
        while (!STAGES.isEmpty()) {
            STAGES.remove().close();
        }
    }

    Fence fence() {
        return new Fence(lab.database, Duration.ofMinutes(1));
    }

    /** Looks again at once. */
    static RunControl hasty() {
        return new Looks().control();
    }

    void raise() {
        fence().raise(PATIENT, Map.of("ssn", Set.of(old)), hasty());
    }

    /** A reader that is idle in transaction for longer than whom the fence waits for. */
    void read(String table) throws SQLException {
        try (Statement statement = reader.createStatement()) {
            statement.execute("SELECT count(*) FROM " + table);
            statement.execute("SELECT pg_sleep(greatest(0, 1.1 - extract(epoch FROM clock_timestamp() - now())))");
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
