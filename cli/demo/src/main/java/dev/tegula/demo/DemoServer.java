package dev.tegula.demo;

import dev.tegula.failure.UnavailableException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An embedded PostgreSQL whose files are kept, so that it starts in a second the next time; the database in it is new
 * for each run.
 */
final class DemoServer implements AutoCloseable {

    private static final String DATABASE = "clinic";
    private static final long STOP_SECONDS = 20;

    private final EmbeddedPostgres server;

    private DemoServer(EmbeddedPostgres server) {
        this.server = server;
    }

    /**
     * Starts the server.
     *
     * @param folder where its files are kept; nobody else uses it
     * @throws UnavailableException if it does not start
     */
    static DemoServer start(Path folder) {
        try {
            Path data = Files.createDirectories(folder).resolve("data");
            stopOrphan(data);
            DemoServer started = new DemoServer(EmbeddedPostgres.builder()
                    .setOverrideWorkingDirectory(folder.resolve("binaries").toFile())
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .setPGStartupWait(Duration.ofSeconds(60))
                    .setErrorRedirector(ProcessBuilder.Redirect.DISCARD)
                    .setOutputRedirector(ProcessBuilder.Redirect.DISCARD)
                    .start());
            started.execute("DROP DATABASE IF EXISTS " + DATABASE + " WITH (FORCE)", "CREATE DATABASE " + DATABASE);
            return started;
        } catch (IOException | SQLException | IllegalStateException e) {
            throw new UnavailableException(
                    "The embedded PostgreSQL did not start (" + e.getClass().getSimpleName() + ": " + e.getMessage()
                            + "). Its files are in " + folder + "; remove the folder and try again.");
        }
    }

    /** A demo that was killed left its server behind. The folder is ours alone, so the server on it is too. */
    private static void stopOrphan(Path data) throws IOException {
        Path pidFile = data.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return;
        }
        long pid = Files.readAllLines(pidFile).stream()
                .findFirst()
                .map(Long::parseLong)
                .orElse(-1L);
        ProcessHandle orphan = ProcessHandle.of(pid)
                .filter(process -> process.info().command().orElse("").endsWith("postgres"))
                .orElse(null);
        if (orphan == null) {
            return;
        }
        orphan.destroy();
        try {
            orphan.onExit().get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("process " + pid + ", a server of an earlier demo, does not stop");
        }
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
