package dev.tegula.cli.cockroach;

import dev.tegula.cli.ClinicDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.UUID;
import org.postgresql.Driver;

/** A CockroachDB that somebody started for tests, by its address with a login that may make databases and needs no password. */
final class CockroachServer {

    /** The environment variable that has its address. */
    static final String URL = "TEGULA_TEST_COCKROACH_URL";

    private static final String EXPECTED =
            " Expected is a CockroachDB for tests, such as jdbc:postgresql://localhost:26257/defaultdb?user=root, whose login may"
                    + " CREATE DATABASE.";

    private CockroachServer() {}

    /** A new database there; whatever else stands behind the address is refused, and nothing is made. */
    static ClinicDatabase empty(Path at, String url) {
        Properties parsed = Driver.parseURL(url, new Properties());
        if (parsed == null) {
            throw new AssertionError(URL + " is no address of the PostgreSQL driver." + EXPECTED);
        }
        String name = "tegula_test_" + UUID.randomUUID().toString().replace("-", "");
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery("SELECT version()")) {
                row.next();
                if (!row.getString(1).contains("CockroachDB")) {
                    throw new AssertionError(URL + " leads to " + row.getString(1) + "." + EXPECTED);
                }
            }
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new AssertionError(URL + " leads to nothing that can be used: " + e.getMessage() + EXPECTED, e);
        }
        return new ClinicDatabase(
                at,
                url.replaceFirst("^(jdbc:postgresql://[^/]+/)[^?]*", "$1" + name),
                parsed.getProperty("user", "root"));
    }
}
