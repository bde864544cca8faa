package dev.tegula.cli.demo;

import dev.tegula.failure.UnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Where the demo keeps its files: below the user's cache folder, so that the server starts in a second the next time. */
final class DemoFolder {

    private final Path root;

    private DemoFolder(Path root) {
        this.root = root;
    }

    /** The folder {@code tegula/demo} of {@code XDG_CACHE_HOME}, by default {@code ~/.cache}. */
    static DemoFolder of(Map<String, String> environment) {
        String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
        Path base = cache.isEmpty() ? Path.of(environment.getOrDefault("HOME", "."), ".cache") : Path.of(cache);
        return new DemoFolder(base.resolve("tegula").resolve("demo").toAbsolutePath());
    }

    /** Of the server. */
    Path server() {
        return root.resolve("postgresql");
    }

    /**
     * Of this run: configuration, keyset, backups. Emptied; what the last run left there was invented too.
     *
     * @throws UnavailableException if it cannot be emptied or made
     */
    Path run() {
        Path run = root.resolve("run");
        try {
            if (Files.exists(run)) {
                List<Path> old;
                try (Stream<Path> all = Files.walk(run)) {
                    old = all.sorted(Comparator.reverseOrder()).toList();
                }
                for (Path path : old) {
                    Files.delete(path);
                }
            }
            return Files.createDirectories(run);
        } catch (IOException | UncheckedIOException e) {
            throw new UnavailableException(
                    "Cannot make " + run + " (" + e.getClass().getSimpleName() + ").");
        }
    }
}
