package dev.tegula.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What benchmarks share. */
final class Benchmarks {

    private Benchmarks() {}

    /** The value of a field that {@code @Setup} fills before anything reads it. */
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    static <T> T none() {
        return null;
    }

    /** A result that must be there. */
    static <T> T present(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("A value was expected");
        }
        return value;
    }

    /** Megabytes of memory that this process holds; 0 where {@code /proc} is not. */
    static long residentMegabytes() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElse(0);
    }
}
