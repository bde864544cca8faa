package dev.tegula.cli.demo;

import dev.tegula.failure.UnavailableException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;

/**
 * An embedded PostgreSQL whose files are kept, so that it starts in a second the next time; the database in it is new
 * for each run.
 */
final class DemoServer implements AutoCloseable {

    private static final String DATABASE = "clinic";

    private final EmbeddedPostgres server;

    private DemoServer(EmbeddedPostgres server) {
        this.server = server;
    }

    /**
     * Starts the server.
     *
     * @param folder where its files are kept
     * @throws UnavailableException if it does not start
     */
    static DemoServer start(Path folder) {
        try {
            Files.createDirectories(folder);
            EmbeddedPostgres server;
            try {
                server = start(folder, folder.resolve("data"), false);
            } catch (IOException | RuntimeException e) {
                // Another demo runs on these files, or one was killed and left its server behind: use others, once.
                server = start(folder, folder.resolve("data-" + UUID.randomUUID()), true);
            }
            DemoServer started = new DemoServer(server);
            started.execute("DROP DATABASE IF EXISTS " + DATABASE + " WITH (FORCE)", "CREATE DATABASE " + DATABASE);
            return started;
        } catch (IOException | SQLException e) {
            throw new UnavailableException(
                    "The embedded PostgreSQL did not start (" + e.getClass().getSimpleName() + ": " + e.getMessage()
                            + "). Its files are in " + folder + "; remove the folder and try again.");
        }
    }

    private static EmbeddedPostgres start(Path folder, Path data, boolean temporary) throws IOException {
        return EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(folder.resolve("binaries").toFile())
                .setDataDirectory(data)
                .setCleanDataDirectory(temporary)
                .setPGStartupWait(Duration.ofSeconds(60))
                .setErrorRedirector(ProcessBuilder.Redirect.DISCARD)
                .setOutputRedirector(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Where the clinic's database is; the server lets in everybody on this host, as a demo may. */
    String url() {
        return "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/" + DATABASE;
    }

    /** For psql. */
    String psql() {
        return "psql -h 127.0.0.1 -p " + server.getPort() + " -U postgres " + DATABASE;
    }

    private void execute(String... statements) throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UnavailableException(
                    "The embedded PostgreSQL did not stop (" + e.getClass().getSimpleName() + ").");
        }
    }
}
