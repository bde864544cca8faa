package dev.tegula.test.servers;

import dev.tegula.test.servers.ServerProgram.Origin;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Finds servers, in this order: an address in the environment, a program on the PATH, what {@code tests/servers/install}
 * made, a container.
 */
final class ServerSearch {

    /** The environment and the directory of this process. */
    static final ServerSearch HERE =
            new ServerSearch(System.getenv(), Path.of("").toAbsolutePath());

    private static final long PROOF_SECONDS = 120;

    private final Map<String, String> environment;
    private final Path directory;
    private final ConcurrentMap<ServerGroup, Optional<ServerProgram>> programs = new ConcurrentHashMap<>();

    ServerSearch(Map<String, String> environment, Path directory) {
        this.environment = environment;
        this.directory = directory;
    }

    Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    /** The address of a server that runs already. */
    Optional<String> address(ServerGroup group) {
        return variable(group.addressVariable());
    }

    /** A program that was seen to run; looked for once. */
    Optional<ServerProgram> program(ServerGroup group) {
        return programs.computeIfAbsent(group, this::search);
    }

    private Optional<ServerProgram> search(ServerGroup group) {
        return group.programs().stream()
                .flatMap(this::onPath)
                .map(program -> new ServerProgram(Origin.PATH, List.of(program.toString())))
                .filter(program -> runs(program.command(), group.proof()))
                .findFirst()
                .or(() -> installed(group))
                .or(() -> container(group));
    }

    /** Whether a missing server is a failure and not a skipped test. */
    boolean serversAreRequired() {
        return Stream.of("CI", "TEGULA_REQUIRE_SERVERS").anyMatch(name -> "true".equals(environment.get(name)));
    }

    private Optional<ServerProgram> installed(ServerGroup group) {
        return home().map(home -> home.resolve(group.installed()))
                .filter(Files::isExecutable)
                .map(program -> new ServerProgram(Origin.INSTALLED, List.of(program.toString())));
    }

    private Optional<ServerProgram> container(ServerGroup group) {
        return group.image().isEmpty() ? Optional.empty() : inDocker(group);
    }

    private Optional<ServerProgram> inDocker(ServerGroup group) {
        return onPath("docker")
                .map(docker -> List.of(docker.toString()))
                .filter(docker -> runs(docker, "info"))
                .findFirst()
                .map(docker -> new ServerProgram(Origin.CONTAINER, group.image()));
    }

    /** Where the script installs; without a variable that is two levels over the script, wherever we are in the checkout. */
    private Optional<Path> home() {
        return variable("TEGULA_SERVERS_HOME").map(Path::of).or(() -> Stream.iterate(
                        directory, path -> path != null, Path::getParent)
                .filter(path -> Files.exists(path.resolve("tests/servers/install")))
                .map(path -> path.resolve(".dev/servers"))
                .findFirst());
    }

    private Stream<Path> onPath(String program) {
        return Stream.of(variable("PATH").orElse("").split(File.pathSeparator, -1))
                .filter(entry -> !entry.isEmpty())
                .map(entry -> Path.of(entry, program))
                .filter(Files::isExecutable);
    }

    /** A file on the PATH may be the shim of a version manager that finds nothing behind it. */
    private static boolean runs(List<String> command, String argument) {
        try {
            Process process = new ProcessBuilder(
                            Stream.concat(command.stream(), Stream.of(argument)).toList())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            boolean ended = process.waitFor(PROOF_SECONDS, TimeUnit.SECONDS);
            process.destroyForcibly();
            return ended && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
