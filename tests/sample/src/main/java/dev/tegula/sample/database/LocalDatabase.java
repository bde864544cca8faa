package dev.tegula.sample.database;

import dev.tegula.failure.TegulaException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.operations.schema.Schema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Makes the clinic's database ready, as an administrator does it in production: roles with passwords, the tables of Tegula
 * and their grants. The application brings its own tables. What is there stays as it is.
 */
public final class LocalDatabase {

    private static final int TRIES = 60;
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final String DATABASE = "clinic";
    /** Owns the application's tables and migrates them. */
    private static final String OWNER = "clinic_owner";

    private static final String APPLICATION = "clinic_app";
    private static final String OPERATOR = "tegula_operator";

    private final int port;
    private final String administrator;
    private final Path secrets;

    private LocalDatabase(int port, String administrator, Path secrets) {
        this.port = port;
        this.administrator = administrator;
        this.secrets = secrets;
    }

    /**
     * Arguments: the folder with a file {@code ROLE.password} for each role, the port, the administrator's role, and, to
     * start the embedded server first, its folder and its log. Prints what the server is and how many tables Tegula has.
     */
    @SuppressWarnings("SystemOut")
    public static void main(String[] args) {
        Path secrets = Path.of(args[0]);
        int port = Integer.parseInt(args[1]);
        String administrator = args[2];
        try {
            if (args.length > 3) {
                EmbeddedServer.start(
                        Path.of(args[3]), port, Path.of(args[4]), secrets.resolve(administrator + ".password"));
            }
            System.out.println(new LocalDatabase(port, administrator, secrets).prepare());
        } catch (TegulaException e) {
            System.err.println("dev/up: " + e.getMessage());
            System.exit(4);
        }
    }

    private String prepare() {
        try {
            try (Connection server = await()) {
                for (String role : List.of(OWNER, APPLICATION, OPERATOR)) {
                    role(server, role);
                }
                if (!exists(server, "SELECT 1 FROM pg_database WHERE datname = '" + DATABASE + "'")) {
                    execute(server, "CREATE DATABASE " + DATABASE + " OWNER " + OWNER);
                }
                // A rotation changes rows and fences columns, which only their owner may.
                execute(server, "GRANT " + OWNER + " TO " + OPERATOR);
            }
            Schema.apply(source(DATABASE, administrator));
            try (Connection admin = connect(DATABASE, administrator)) {
                execute(admin, Schema.grants(APPLICATION, OPERATOR).toArray(String[]::new));
                return name(admin) + " "
                        + text(
                                admin,
                                "SELECT count(*) FROM information_schema.tables"
                                        + " WHERE table_schema = 'public' AND table_name LIKE 'tegula%'");
            }
        } catch (SQLException e) {
            throw new UnavailableException("the database on port " + port + " said: " + e.getMessage(), e);
        }
    }

    /** A container takes a while until it answers, and a while more until it knows its administrator. */
    private Connection await() throws SQLException {
        for (long tries = 1; ; tries++) {
            try {
                return connect("postgres", administrator);
            } catch (SQLException e) {
                if (tries == TRIES) {
                    throw e;
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    /** Makes a role, or gives it its password again if that is not the one in its file. */
    private void role(Connection server, String role) throws SQLException {
        boolean there = exists(server, "SELECT 1 FROM pg_roles WHERE rolname = '" + role + "'");
        if (!there || !letsIn(role)) {
            // The password is ours, of hexadecimal digits; DDL takes no parameters.
            execute(
                    server,
                    (there ? "ALTER ROLE " : "CREATE ROLE ") + role + " LOGIN PASSWORD '" + password(role) + "'");
        }
    }

    private boolean letsIn(String role) {
        try (Connection connection = connect("postgres", role)) {
            return connection.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }

    private Connection connect(String database, String role) throws SQLException {
        return source(database, role).getConnection();
    }

    private PGSimpleDataSource source(String database, String role) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {"127.0.0.1"});
        source.setPortNumbers(new int[] {port});
        source.setDatabaseName(database);
        source.setUser(role);
        source.setPassword(password(role));
        source.setApplicationName("dev/up");
        return source;
    }

    private String password(String role) {
        try {
            return Files.readString(secrets.resolve(role + ".password")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String name(Connection connection) throws SQLException {
        return text(connection, "SELECT version()").replaceFirst("^(\\S+)(?: CCL)? v?(\\S+).*", "$1 $2");
    }

    private static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                if (!sql.isBlank()) {
                    statement.execute(sql);
                }
            }
        }
    }

    private static boolean exists(Connection connection, String sql) throws SQLException {
        return !text(connection, sql).isEmpty();
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? String.valueOf(rows.getString(1)) : "";
        }
    }
}
