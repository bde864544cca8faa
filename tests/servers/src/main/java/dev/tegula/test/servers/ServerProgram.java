package dev.tegula.test.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A program that runs a server on this machine. */
record ServerProgram(Origin origin, List<String> command) {

    enum Origin {
        PATH,
        INSTALLED,
        CONTAINER
    }

    ServerProgram {
        command = List.copyOf(command);
    }

    /** The command line for these arguments; a container sees the directory under the path that it has here. */
    List<String> command(Path directory, String... arguments) {
        List<String> line = new ArrayList<>();
        if (origin == Origin.CONTAINER) {
            line.addAll(List.of("docker", "run", "--rm", "--network", "host", "--user", owner(directory)));
            line.addAll(List.of("--volume", directory + ":" + directory));
        }
        line.addAll(command);
        line.addAll(List.of(arguments));
        return line;
    }

    private static String owner(Path directory) {
        try {
            return Files.getAttribute(directory, "unix:uid") + ":" + Files.getAttribute(directory, "unix:gid");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
