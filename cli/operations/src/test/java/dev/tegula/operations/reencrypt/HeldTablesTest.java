package dev.tegula.operations.reencrypt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.jdbc.TableName;
import dev.tegula.operations.live.LiveLab;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The watch beside a run; what it says of real runs stands beside the command line. */
@Tag("long")
final class HeldTablesTest {

    private static final TableName PATIENT = new TableName("public", "patient");

    private LiveLab lab;

    @BeforeEach
    void start() throws Exception {
        lab = LiveLab.start();
        lab.patients(1);
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    /** The first connection is asked which database it is; the second, for the first look, is refused. */
    private DataSource refusingTheSecond(AtomicInteger asked) {
        return (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (self, method, arguments) -> {
                    if (method.getName().equals("getConnection") && asked.incrementAndGet() == 2) {
                        throw new SQLException("no more connections for this role", "28000");
                    }
                    try {
                        return method.invoke(lab.database, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void watch_afterALookThatFailed_goesOn() throws Exception {
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        AtomicInteger asked = new AtomicInteger();
        try (Connection connection = lab.database.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE patient IN SHARE MODE");
            try (HeldTables watch = HeldTables.watch(refusingTheSecond(asked), List.of(PATIENT), told::add)) {
                assertThat(watch).isNotNull();
                assertThat(told.poll(5, TimeUnit.MINUTES))
                        .startsWith("patient is held by pid ")
                        .contains("so changes wait", "`SELECT pg_terminate_backend(");
                assertThat(asked.get()).isGreaterThanOrEqualTo(4);
            }
            connection.rollback();
        }
    }

    /** What only reads, or writes rows, stops no worker. */
    @Test
    void watch_ofReadersAndWriters_saysNothing() throws Exception {
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        AtomicInteger asked = new AtomicInteger(2);
        try (Connection connection = lab.database.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SELECT count(*) FROM patient");
            statement.execute("LOCK TABLE patient IN ROW EXCLUSIVE MODE");
            try (HeldTables watch = HeldTables.watch(refusingTheSecond(asked), List.of(PATIENT), told::add)) {
                assertThat(watch).isNotNull();
                long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
                while (asked.get() < 7 && System.nanoTime() < end) {
                    assertThat(told.poll(100, TimeUnit.MILLISECONDS)).isNull();
                }
                assertThat(asked.get()).as("looks").isGreaterThanOrEqualTo(7);
            }
            connection.rollback();
        }
        assertThat(told).isEmpty();
    }
}
