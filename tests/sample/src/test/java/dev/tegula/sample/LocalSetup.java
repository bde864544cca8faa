package dev.tegula.sample;

import dev.tegula.test.servers.FreePort;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A set-up of {@code dev/up} in a folder and on ports of its own, beside the one that the developer may have. */
final class LocalSetup {

    /** The first dev/up may have to build the command line. */
    private static final Duration PATIENCE = Duration.ofMinutes(20);

    private final Path root = root();
    private final Path home;
    private final int vaultPort = FreePort.find();
    private final int databasePort = FreePort.find();
    private final int samplePort = FreePort.find();

    LocalSetup(Path home) {
        this.home = home;
    }

    /** Skips, with a line, where Vault could only be a container: dev/up runs without Docker here. CI skips nothing. */
    static void assumeVaultProgram() {
        String installed = System.getenv().getOrDefault("TEGULA_SERVERS_HOME", root() + "/.dev/servers");
        boolean there = Stream.concat(
                        Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                                .flatMap(dir -> Stream.of(Path.of(dir, "bao"), Path.of(dir, "vault"))),
                        Stream.of(Path.of(installed, "vault/tegula-vault")))
                .anyMatch(Files::isExecutable);
        if (!there && !"true".equals(System.getenv("CI"))) {
            String line = "LocalDevelopmentTest needs a Vault that is no container: run tests/servers/install vault";
            System.err.println("SKIPPED " + line);
            Assumptions.abort(line);
        }
    }

    /** What a script said. */
    record Run(int exit, String out, String err) {}

    Path home() {
        return home;
    }

    Path config() {
        return home.resolve("tegula.yaml");
    }

    int vaultPort() {
        return vaultPort;
    }

    String sampleAddress() {
        return "http://localhost:" + samplePort;
    }

    /** Runs a script to its end. */
    Run run(String... command) {
        return run(List.of(), command);
    }

    /** Runs a script to its end, with more variables ({@code NAME=value}) in its environment. */
    Run run(List<String> variables, String... command) {
        try {
            Path out = Files.createTempFile("dev", ".out");
            Path err = Files.createTempFile("dev", ".err");
            Process process = builder(variables, command)
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(String.join(" ", command) + " does not end");
            }
            Run run = new Run(process.exitValue(), Files.readString(out), Files.readString(err));
            Files.delete(out);
            Files.delete(err);
            return run;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Starts the sample application and waits until it serves. */
    Process startSample() throws IOException {
        // It serves for a minute; what the second compiler takes is more than it gives.
        Process process = builder(List.of("JAVA_TOOL_OPTIONS=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"), "dev/sample")
                .redirectErrorStream(true)
                .start();
        BufferedReader reader = process.inputReader();
        StringBuilder said = new StringBuilder();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            said.append(line).append('\n');
            if (line.contains("The clinic is open")) {
                Thread drain = new Thread(() -> reader.lines().forEach(System.out::println), "dev/sample");
                drain.setDaemon(true);
                drain.start();
                return process;
            }
        }
        throw new IllegalStateException("dev/sample ended:\n" + said);
    }

    private ProcessBuilder builder(List<String> variables, String... command) {
        List<String> words = new ArrayList<>(List.of(command));
        words.set(0, root.resolve(words.get(0)).toString());
        ProcessBuilder builder = new ProcessBuilder(words).directory(root.toFile());
        builder.environment().put("TEGULA_DEV_HOME", home.toString());
        builder.environment().put("TEGULA_DEV_DOCKER", "no");
        builder.environment().put("TEGULA_DEV_VAULT_PORT", Integer.toString(vaultPort));
        builder.environment().put("TEGULA_DEV_DATABASE_PORT", Integer.toString(databasePort));
        builder.environment().put("TEGULA_DEV_SAMPLE_PORT", Integer.toString(samplePort));
        for (String variable : variables) {
            int equals = variable.indexOf('=');
            builder.environment().put(variable.substring(0, equals), variable.substring(equals + 1));
        }
        return builder;
    }

    private static Path root() {
        for (Path dir = Path.of("").toAbsolutePath(); dir != null; dir = dir.getParent()) {
            if (Files.exists(dir.resolve("dev/up"))) {
                return dir;
            }
        }
        throw new IllegalStateException(
                "Run this test inside the repository; started in " + Path.of("").toAbsolutePath());
    }
}
