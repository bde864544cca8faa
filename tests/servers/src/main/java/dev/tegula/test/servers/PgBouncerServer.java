package dev.tegula.test.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A PgBouncer before a PostgreSQL of this host, in transaction mode with {@code server_round_robin}: a transaction gets the
 * server connection that was idle longest, so that what one leaves behind is soon found by another. Anybody logs in as
 * {@code postgres}. Found as {@link NeedsPgBouncer} says.
 */
public final class PgBouncerServer implements AutoCloseable {

    private static final Pattern VERSION = Pattern.compile("PgBouncer (\\d+)\\.(\\d+)");

    private final int port;
    private final Path directory;
    private final ServerProcess process;

    private PgBouncerServer(int port, Path directory, ServerProcess process) {
        this.port = port;
        this.directory = directory;
        this.process = process;
    }

    /**
     * A pooler of one's own on a free port, which keeps no prepared statements apart.
     *
     * @param postgresPort where the server listens, on 127.0.0.1
     * @param serverConnections to the server, for each database
     * @throws IllegalStateException if there is no program, or it does not start
     */
    public static PgBouncerServer open(int postgresPort, int serverConnections) {
        return open(postgresPort, serverConnections, "");
    }

    /**
     * The same, keeping the prepared statements of its clients apart.
     *
     * @throws IllegalStateException if it does not start, as before {@link #keepsPreparedStatements 1.21}
     */
    public static PgBouncerServer openWithPreparedStatements(int postgresPort, int serverConnections) {
        return open(postgresPort, serverConnections, "max_prepared_statements = 100");
    }

    private static PgBouncerServer open(int postgresPort, int serverConnections, String more) {
        try {
            Path directory = Files.createTempDirectory("tegula-pgbouncer-");
            // It reads the file again as nobody.
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
            int port = FreePort.find();
            Path file = Files.writeString(
                    directory.resolve("pgbouncer.ini"), configuration(port, postgresPort, serverConnections, more));
            List<String> command = new ArrayList<>(program().command(directory));
            if (System.getProperty("user.name").equals("root")) {
                command.addAll(List.of("-u", "nobody"));
            }
            command.add(file.toString());
            PgBouncerServer server = new PgBouncerServer(
                    port, directory, ServerProcess.start(command, directory.resolve("pgbouncer.log")));
            Runtime.getRuntime().addShutdownHook(new Thread(server.process::stop));
            server.process.await(server::listens);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String configuration(int port, int postgresPort, int serverConnections, String more) {
        return String.join(
                "\n",
                List.of(
                        "[databases]",
                        "* = host=127.0.0.1 port=" + postgresPort + " user=postgres",
                        "[pgbouncer]",
                        "listen_addr = 127.0.0.1",
                        "listen_port = " + port,
                        "unix_socket_dir =",
                        "auth_type = any",
                        "pool_mode = transaction",
                        "server_round_robin = 1",
                        "default_pool_size = " + serverConnections,
                        "max_client_conn = 200",
                        "ignore_startup_parameters = extra_float_digits",
                        more,
                        ""));
    }

    private static ServerProgram program() {
        return ServerSearch.HERE
                .program(ServerGroup.PGBOUNCER)
                .orElseThrow(() -> new IllegalStateException("no PgBouncer here: run tests/servers/install pgbouncer"));
    }

    /** Whether this release can keep prepared statements apart: from 1.21 on. */
    public static boolean keepsPreparedStatements() {
        List<String> command = new ArrayList<>(program().command());
        command.add("--version");
        try {
            Process asked =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher version = VERSION.matcher(output);
            return version.find()
                    && Integer.parseInt(version.group(1)) * 1000 + Integer.parseInt(version.group(2)) >= 1021;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The JDBC URL of a database behind it, without options. */
    public String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        process.stop();
        try {
            for (String file : List.of("pgbouncer.ini", "pgbouncer.log")) {
                Files.deleteIfExists(directory.resolve(file));
            }
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
