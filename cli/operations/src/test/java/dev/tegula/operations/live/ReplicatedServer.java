package dev.tegula.operations.live;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** A server, and a replica of it that calls itself {@code reports}. */
public final class ReplicatedServer implements AutoCloseable {

    private final EmbeddedPostgres primary;
    private final EmbeddedPostgres replica;

    /** In an empty folder. */
    public ReplicatedServer(Path folder) throws IOException {
        Path data = folder.resolve("primary");
        server(data).start().close();
        copy(data, folder.resolve("replica"));
        primary = server(data).start();
        replica = replica(folder.resolve("replica"), primary.getPort()).start();
    }

    public DataSource primary() {
        return primary.getPostgresDatabase();
    }

    public DataSource replica() {
        return replica.getPostgresDatabase();
    }

    public static void sql(DataSource database, String sql) {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static EmbeddedPostgres.Builder server(Path data) {
        return EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofMinutes(2))
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setServerConfig("fsync", "off")
                .setServerConfig("wal_receiver_status_interval", "1");
    }

    private static EmbeddedPostgres.Builder replica(Path data, int primary) throws IOException {
        Files.createFile(data.resolve("standby.signal"));
        Files.writeString(
                data.resolve("postgresql.auto.conf"),
                "primary_conninfo = 'host=127.0.0.1 user=postgres application_name=reports port=" + primary + "'");
        return server(data);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            files.filter(file -> !file.endsWith("postmaster.pid")).forEach(file -> {
                try {
                    Files.copy(file, to.resolve(from.relativize(file)));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    @Override
    public void close() throws IOException {
        replica.close();
        primary.close();
    }
}
