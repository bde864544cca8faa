package dev.tegula.sample.database;

import dev.tegula.kms.tink.Passphrase;
import dev.tegula.kms.tink.TinkKeyset;
import dev.tegula.sample.Clinic;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Starts the clinic without any server: on an embedded PostgreSQL and a keyset in a file. Both are new each time, and the
 * database ends with the clinic. One role does what dev/up gives to three.
 */
public final class Alone implements AutoCloseable {

    private static final String NAME = "clinic";
    private static final int PASSWORD_BYTES = 20;

    private final EmbeddedPostgres server;
    private final ConfigurableApplicationContext application;

    private Alone(EmbeddedPostgres server, ConfigurableApplicationContext application) {
        this.server = server;
        this.application = application;
    }

    /** Arguments: the folder for its files, and options for Spring Boot. Runs until the process is ended. */
    public static void main(String[] arguments) throws IOException, SQLException {
        List<String> all = List.of(arguments);
        start(Path.of(all.get(0)), all.subList(1, all.size()));
    }

    /** Starts both; the server ends after the clinic, however that ends. */
    public static Alone start(Path home, List<String> options) throws IOException, SQLException {
        LoggingSystem.get(Alone.class.getClassLoader()).beforeInitialize(); // quiet until the clinic says how loud
        Path folder = Files.createDirectories(home.toAbsolutePath());
        EmbeddedPostgres server = database(folder);
        SpringApplication.getShutdownHandlers().add(() -> stop(server));
        keyset(folder);
        configure(folder, server.getPort());
        String where = "--spring.config.additional-location=file:" + folder + "/";
        return new Alone(
                server,
                SpringApplication.run(
                        Clinic.class,
                        Stream.concat(Stream.of(where), options.stream()).toArray(String[]::new)));
    }

    /** The clinic. */
    public ConfigurableApplicationContext application() {
        return application;
    }

    @Override
    public void close() {
        application.close();
        stop(server);
    }

    private static EmbeddedPostgres database(Path folder) throws IOException, SQLException {
        Path secrets = Files.createDirectories(folder.resolve("secrets"));
        Path superuser = secret(folder.resolve("postgres.password"));
        Path password = secret(secrets.resolve("spring.datasource.password"));
        EmbeddedPostgres server = EmbeddedServer.builder(folder, folder.resolve("postgresql.log"), superuser)
                .setServerConfig("fsync", "off")
                .start();
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            // The password is ours, of hexadecimal digits; DDL takes no parameters.
            statement.execute("CREATE ROLE " + NAME + " LOGIN PASSWORD '" + Files.readString(password) + "'");
            statement.execute("CREATE DATABASE " + NAME + " OWNER " + NAME);
        } catch (SQLException e) {
            stop(server);
            throw e;
        }
        return server;
    }

    private static void stop(EmbeddedPostgres server) {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void keyset(Path folder) throws IOException {
        Path keyset = folder.resolve("keyset.json");
        Path file = folder.resolve("passphrase");
        Files.deleteIfExists(keyset);
        Files.deleteIfExists(file);
        try (Passphrase passphrase = Passphrase.generate(new SecureRandom())) {
            passphrase.writeTo(file);
            TinkKeyset.create(keyset, passphrase);
        }
    }

    /** One tree for the command line and the application, and what only the application needs. */
    private static void configure(Path folder, int port) throws IOException {
        Files.writeString(folder.resolve("tegula.yaml"), """
            # Written by dev/sample, which writes it again. It holds no secret.
            tegula:
              deployment: clinic-alone
              profile: development
              kms:
                file: { type: tink, keyset: keyset.json, passphrase-file: passphrase }
              keks:
                main: { kms: file, key: primary, default: true }
              keys:
                create: on-demand
                write-lease: 5s                                # short, so that a rotation need not wait long
                retention: { backups: 0s, changefeeds: 0s }
              databases:
                clinic:
                  url: "jdbc:postgresql://127.0.0.1:%d/clinic"
                  username: clinic
                  password-file: secrets/spring.datasource.password
            """.formatted(port));
        Files.writeString(folder.resolve("application.yaml"), """
            # Written by dev/sample, which writes it again. It holds no secret.
            spring:
              config.import: [ "file:%1$s/tegula.yaml", "configtree:%1$s/secrets/" ]
              datasource: { url: "jdbc:postgresql://127.0.0.1:%2$d/clinic", username: clinic }
            """.formatted(folder, port));
    }

    private static Path secret(Path file) throws IOException {
        byte[] random = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(random);
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, HexFormat.of().formatHex(random));
    }
}
