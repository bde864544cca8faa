package dev.tegula.cli.cockroach;

import dev.tegula.cli.ClinicDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.UUID;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.postgresql.Driver;

/**
 * The same on a CockroachDB, in databases of its own, by a login that may make some and needs no password:
 * {@code TEGULA_TEST_COCKROACH_URL=jdbc:postgresql://localhost:26257/defaultdb?user=root}.
 */
@EnabledIfEnvironmentVariable(
        named = CockroachServerTest.URL,
        matches = "jdbc:postgresql://.*",
        disabledReason = "there is no address of a CockroachDB in TEGULA_TEST_COCKROACH_URL")
final class CockroachServerTest extends CockroachDays {

    static final String URL = "TEGULA_TEST_COCKROACH_URL";

    @Override
    ClinicDatabase empty(Path at) throws SQLException {
        String url = System.getenv(URL);
        String name = "tegula_test_" + UUID.randomUUID().toString().replace("-", "");
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        Properties parsed = Driver.parseURL(url, new Properties());
        return new ClinicDatabase(
                at,
                url.replaceFirst("^(jdbc:postgresql://[^/]+/)[^?]*", "$1" + name),
                parsed == null ? "root" : parsed.getProperty("user", "root"));
    }
}
