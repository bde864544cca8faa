package dev.tegula.hibernate;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/** A PostgreSQL of its own that tells all it can: each statement with its parameters and its plan, each failure with its row. */
final class LoggingServer implements AutoCloseable {

    private static final String FILE = "server.log";

    private static final Map<String, String> SETTINGS = Map.ofEntries(
            Map.entry("fsync", "off"),
            Map.entry("logging_collector", "on"),
            Map.entry("log_filename", FILE),
            Map.entry("log_rotation_size", "0"),
            Map.entry("log_min_messages", "debug2"),
            Map.entry("log_min_error_statement", "debug2"),
            Map.entry("log_error_verbosity", "verbose"),
            Map.entry("log_statement", "all"),
            Map.entry("log_min_duration_statement", "0"),
            Map.entry("log_parameter_max_length", "-1"),
            Map.entry("log_parameter_max_length_on_error", "-1"),
            Map.entry("track_activity_query_size", "100kB"),
            Map.entry("shared_preload_libraries", "auto_explain,pg_stat_statements"),
            Map.entry("pg_stat_statements.track", "all"),
            Map.entry("auto_explain.log_min_duration", "0"),
            Map.entry("auto_explain.log_analyze", "on"),
            Map.entry("auto_explain.log_verbose", "on"),
            Map.entry("auto_explain.log_triggers", "on"),
            Map.entry("auto_explain.log_nested_statements", "on"),
            Map.entry("auto_explain.log_parameter_max_length", "-1"));

    private final Path folder;
    private final EmbeddedPostgres server;
    private final Postgres database;

    /** Logs into a folder. */
    LoggingServer(Path folder) {
        this.folder = folder;
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofMinutes(2))
                .setServerConfig("log_directory", folder.toString());
        SETTINGS.forEach(builder::setServerConfig);
        try {
            server = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        database = Postgres.at(server.getPostgresDatabase());
        database.execute("create extension pg_stat_statements");
    }

    Postgres database() {
        return database;
    }

    /** Its log up to now. */
    String log() {
        String end = UUID.randomUUID().toString();
        database.rows("select '" + end + "'");
        Instant deadline = Instant.now().plusSeconds(120);
        try {
            while (true) { // another process writes it
                String log = Files.readString(folder.resolve(FILE), StandardCharsets.UTF_8);
                if (log.contains(end)) {
                    return log;
                }
                if (Instant.now().isAfter(deadline)) {
                    throw new AssertionError("The server's log does not come to its end");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The statements that it counts. */
    String statistics() {
        return database.rows("select query from pg_stat_statements").toString();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
