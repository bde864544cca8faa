package dev.tegula.cli.output;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The columns of the terminal while a command runs: somebody may change its window at any time. Java hears of it only by
 * means that are no part of it, so {@code stty} is asked, once a second at most, and only while something is printed.
 */
final class TerminalColumns implements IntSupplier {

    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final long PATIENCE_MILLIS = 500;
    private static final Pattern SIZE = Pattern.compile("\\d{1,6} (\\d{1,6})\\s*");

    private final InstantSource clock;
    private final Supplier<String> size;
    private Instant asked;
    private int columns;

    /** Asks from a second after the start on; the launcher has just asked. */
    TerminalColumns(int atStart, InstantSource clock, Supplier<String> size) {
        this.columns = atStart;
        this.clock = clock;
        this.size = size;
        this.asked = clock.instant();
    }

    static IntSupplier of(int atStart) {
        return new TerminalColumns(atStart, InstantSource.system(), TerminalColumns::stty);
    }

    @Override
    public synchronized int getAsInt() {
        Instant now = clock.instant();
        if (!now.isBefore(asked.plus(EVERY))) {
            asked = now;
            Matcher matcher = SIZE.matcher(size.get());
            if (matcher.matches() && Integer.parseInt(matcher.group(1)) > 0) {
                columns = Integer.parseInt(matcher.group(1));
            }
        }
        return columns;
    }

    private static String stty() {
        try {
            Process process = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                return "";
            }
            return new String(process.getInputStream().readNBytes(64), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
