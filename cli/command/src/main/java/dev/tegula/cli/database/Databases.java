package dev.tegula.cli.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.util.DriverDataSource;
import dev.tegula.cli.output.Changes;
import dev.tegula.config.DatabaseSettings;
import dev.tegula.config.FileOfSecret;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.reencrypt.DirectConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Pools of connections to configured databases. */
public final class Databases {

    private static final Duration CONNECT = Duration.ofSeconds(10);
    /** Longer than every statement timeout that a tool transaction sets. */
    static final Duration ANSWER = Duration.ofMinutes(15);
    /** Longer than what looks up secrets: a server that was stopped, and not shut down, must not hold up a start. */
    static final Duration ANSWER_OF_LOOK_UPS = Duration.ofSeconds(30);

    /** As the driver has it: a statement that is run so often gets a name, and is parsed and planned once. */
    private static final String USES_UNTIL_NAMED = "5";

    private Databases() {}

    /**
     * A pool, after a first connection was made. Options in the URL win over the ones set here.
     *
     * @param connections at most so many
     * @param changes where it is noted that something is committed
     * @throws dev.tegula.failure.ConfigurationException if the password file is missing or open to others
     * @throws dev.tegula.failure.UnavailableException if the server does not answer
     * @throws dev.tegula.failure.DeniedException if it does not let us in
     */
    public static HikariDataSource pool(DatabaseSettings database, int connections, Changes changes) {
        return pool(database, connections, ANSWER, changes);
    }

    /** The same; the server is unavailable if it has not answered for so long. */
    static HikariDataSource pool(DatabaseSettings database, int connections, Duration answer, Changes changes) {
        Properties properties = new Properties();
        properties.setProperty("ApplicationName", "tegula");
        properties.setProperty("connectTimeout", Long.toString(CONNECT.toSeconds()));
        properties.setProperty("socketTimeout", Long.toString(answer.toSeconds()));
        // Else who accepts a connection and says nothing has the time of an answer.
        properties.setProperty("loginTimeout", Long.toString(CONNECT.toSeconds()));
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("autosave", "never");
        String password = database.passwordFile()
                .map(file -> new String(
                        new FileOfSecret("tegula.databases." + database.name() + ".password-file", file).read()))
                .orElse(null);
        // No statements by name until it is known: behind a pooler in transaction mode the name may be another
        // connection's.
        DataSource server = server(database, properties, "0", password, changes);
        if (reach(database, server)) {
            server = server(database, properties, USES_UNTIL_NAMED, password, changes);
        }
        // A pool would try again and again, and a person would wait: the first connections are asked for without one.
        // The second is the first to find what a pooler keeps of another connection.
        new Transactions(server).dialect();
        new Transactions(server).dialect();
        HikariConfig pool = new HikariConfig();
        pool.setPoolName("tegula-" + database.name());
        pool.setDataSource(server);
        pool.setMaximumPoolSize(connections);
        pool.setMinimumIdle(0);
        pool.setInitializationFailTimeout(-1);
        pool.setConnectionTimeout(CONNECT.toMillis());
        return new HikariDataSource(pool);
    }

    private static DataSource server(
            DatabaseSettings database,
            Properties common,
            String prepareThreshold,
            @Nullable String password,
            Changes changes) {
        Properties properties = new Properties();
        properties.putAll(common);
        properties.setProperty("prepareThreshold", prepareThreshold);
        return new WatchedDatabase(
                new DriverDataSource(
                        database.url(), null, properties, database.username().orElse(null), password),
                changes);
    }

    /**
     * Whether the server was reached, and no pooler before it. What is not about the connection itself is told by the caller who
     * uses it.
     */
    private static boolean reach(DatabaseSettings database, DataSource server) {
        try (Connection connection = server.getConnection()) {
            return DirectConnection.is(connection);
        } catch (SQLException e) {
            ConnectFailure.of(database, e).ifPresent(failure -> {
                throw failure;
            });
            return false;
        }
    }
}
