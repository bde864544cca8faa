package dev.tegula.jdbc;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** One embedded PostgreSQL for all tests of this package, with a schema of its own for each test that asks. */
final class Postgres {

    static final String ADMIN = "postgres";

    private static final AtomicInteger SCHEMAS = new AtomicInteger();
    private static final Set<String> CAPTURED = ConcurrentHashMap.newKeySet();
    private static final Path CAPTURE = Path.of(
            "..", "tests", "target", "sql", "core-" + System.getProperty("tegula.test.fork", "fork-1") + ".sql");
    private static final EmbeddedPostgres SERVER = start();

    private Postgres() {}

    private static EmbeddedPostgres start() {
        try {
            Files.createDirectories(CAPTURE.getParent());
            Files.deleteIfExists(CAPTURE);
            return EmbeddedPostgres.builder()
                    .setPGStartupWait(Duration.ofMinutes(2))
                    .setServerConfig("fsync", "off")
                    // What the planner and the statistics say must not depend on when it last looked.
                    .setServerConfig("autovacuum", "off")
                    .start();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A new schema, first in the search path of the administrator's data source. */
    static PGSimpleDataSource freshSchema() throws SQLException {
        String schema = "t" + SCHEMAS.incrementAndGet();
        PGSimpleDataSource dataSource = (PGSimpleDataSource) SERVER.getDatabase(ADMIN, "postgres");
        run(dataSource, "CREATE SCHEMA " + schema);
        dataSource.setCurrentSchema(schema);
        return dataSource;
    }

    /** The same schema for another login. */
    static PGSimpleDataSource as(String user, PGSimpleDataSource schema) {
        PGSimpleDataSource dataSource = (PGSimpleDataSource) SERVER.getDatabase(user, "postgres");
        dataSource.setCurrentSchema(schema.getCurrentSchema());
        return dataSource;
    }

    /** Every statement once for each JVM, one per line, for the parser of another database. */
    static SqlLog capture() {
        return sql -> {
            String line = sql.replaceAll("\\s+", " ").strip();
            if (CAPTURED.add(line)) {
                append(line + ";\n");
            }
        };
    }

    private static synchronized void append(String line) {
        try {
            Files.writeString(CAPTURE, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static int run(DataSource dataSource, String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }
}
