package dev.tegula.demo;

import dev.tegula.failure.UnavailableException;
import dev.tegula.file.DurableFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the demo keeps its files: below the user's cache folder, so that the server starts in a second the next time. A
 * demo that runs beside another one gets a folder of its own, which goes when it ends.
 */
final class DemoFolder implements AutoCloseable {

    private final Path root;
    private final FileChannel channel;
    private final boolean temporary;

    private DemoFolder(Path root, FileChannel channel, boolean temporary) {
        this.root = root;
        this.channel = channel;
        this.temporary = temporary;
    }

    /**
     * The folder {@code tegula/demo} of {@code XDG_CACHE_HOME}, by default {@code ~/.cache}.
     *
     * @throws UnavailableException if it cannot be made
     */
    static DemoFolder open(Map<String, String> environment) {
        String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
        Path base = cache.isEmpty() ? Path.of(environment.getOrDefault("HOME", "."), ".cache") : Path.of(cache);
        Path folder = base.resolve("tegula").resolve("demo").toAbsolutePath();
        try {
            Files.createDirectories(folder);
            FileChannel channel =
                    FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            @Nullable FileLock lock = channel.tryLock();
            return lock != null
                    ? new DemoFolder(folder, channel, false)
                    : new DemoFolder(Files.createTempDirectory(folder, "beside-"), channel, true);
        } catch (IOException e) {
            throw failure(folder, e);
        }
    }

    /** Of the server. */
    Path server() {
        return root.resolve("postgresql");
    }

    /** Of this run: configuration, keyset, backups. Emptied; what the last run left there was invented too. */
    Path run() {
        Path run = root.resolve("run");
        try {
            delete(run);
            return Files.createDirectories(run);
        } catch (IOException | UncheckedIOException e) {
            throw failure(run, e);
        }
    }

    @Override
    public void close() {
        try {
            if (temporary) {
                delete(root);
            }
            channel.close();
        } catch (IOException | UncheckedIOException e) {
            throw failure(root, e);
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> walk = Files.walk(folder)) {
            all = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.delete(path);
        }
    }

    private static UnavailableException failure(Path folder, Exception e) {
        String reason = e instanceof IOException io
                ? DurableFile.reason(io)
                : e.getClass().getSimpleName();
        return new UnavailableException("Cannot use " + folder + " (" + reason
                + "). The demo keeps its files below XDG_CACHE_HOME; set it to a folder you may write to.");
    }
}
