package dev.tegula.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** A database of its own on the one PostgreSQL that all tests of a JVM share; starting one takes longer than most tests. */
public final class TestDatabase {

    private static final AtomicInteger COUNT = new AtomicInteger();

    private final String name;

    private TestDatabase(String name) {
        this.name = name;
    }

    private static final class Server {
        static final EmbeddedPostgres POSTGRES = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder()
                        .setPGStartupWait(Duration.ofMinutes(2))
                        .setServerConfig("fsync", "off")
                        // What the planner and the statistics say must not depend on when it last looked.
                        .setServerConfig("autovacuum", "off")
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** An empty one. */
    public static TestDatabase create() {
        TestDatabase database = new TestDatabase("test" + COUNT.incrementAndGet());
        try (Connection connection = Server.POSTGRES.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + database.name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return database;
    }

    /** The port of the server. */
    public static int port() {
        return Server.POSTGRES.getPort();
    }

    /** Its name on the server. */
    public String name() {
        return name;
    }

    /** Its address without a login. */
    public String url() {
        return Server.POSTGRES.getJdbcUrl("postgres", name).replaceFirst("\\?.*", "");
    }

    /** A new connection for each call, of the administrator. */
    public DataSource dataSource() {
        return as("postgres");
    }

    /** The same for another login. */
    public DataSource as(String role) {
        return Server.POSTGRES.getDatabase(role, name);
    }
}
