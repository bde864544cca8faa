package dev.tegula.sample.database;

import dev.tegula.failure.UnavailableException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Starts a PostgreSQL that stays when this process ends, with its files in one folder and a password for everybody. */
final class EmbeddedServer {

    private static final Duration START = Duration.ofSeconds(60);
    private static final String EVERYBODY_BY_PASSWORD = "host all all 127.0.0.1/32 scram-sha-256\n";

    private EmbeddedServer() {}

    /**
     * Starts the server; the first time its programs are unpacked and its folder is filled.
     *
     * @param folder for its data and programs
     * @param log where its output goes
     * @param password the file with the password of the superuser {@code postgres}
     * @throws UnavailableException if it does not start
     */
    static void start(Path folder, int port, Path log, Path password) {
        try {
            builder(folder, log, password)
                    .setPort(port)
                    .setDataDirectory(folder.resolve("data"))
                    .setCleanDataDirectory(false)
                    .setServerConfig("fsync", "on")
                    .start();
        } catch (IOException | IllegalStateException | UncheckedIOException e) {
            throw new UnavailableException("PostgreSQL does not start (" + e.getMessage() + "); see " + log);
        }
    }

    /** A server that nobody enters without a password, and that listens on this host only. */
    static EmbeddedPostgres.Builder builder(Path folder, Path log, Path password) throws IOException {
        ProcessBuilder.Redirect output = ProcessBuilder.Redirect.appendTo(log.toFile());
        return EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(folder.resolve("programs").toFile())
                .setRegisterShutdownHook(false)
                .setLocaleConfig("pwfile", password.toString()) // an option of initdb like the locale
                .setDataDirectoryCustomizer(EmbeddedServer::lockDoor)
                .setConnectConfig("password", Files.readString(password).strip())
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("unix_socket_directories", "")
                .setPGStartupWait(START)
                .setErrorRedirector(output)
                .setOutputRedirector(output);
    }

    private static void lockDoor(File data) {
        try {
            Files.writeString(data.toPath().resolve("pg_hba.conf"), EVERYBODY_BY_PASSWORD);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
