package dev.tegula.cli.command;

import dev.tegula.cli.output.Console;
import dev.tegula.cli.output.UsageException;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.RefusedException;
import dev.tegula.secret.SecretName;
import dev.tegula.secret.SecretStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Where the value of a secret comes from. */
final class SecretInput {

    /** One more than a value may have, and a line end that is taken off. */
    private static final int READ = SecretStore.LONGEST_VALUE + 3;

    private SecretInput() {}

    static byte[] value(Console console, @Nullable Path file, @Nullable GeneratedValue generated, boolean exact)
            throws IOException {
        if (generated != null) {
            return generated.bytes();
        }
        if (file != null) {
            return read(file);
        }
        if (console.terminal().input()) {
            throw new UsageException(
                    "No value: pipe it in (`… < FILE`), or use --file FILE or --generate 32. What is typed on a"
                            + " terminal is shown there.");
        }
        byte[] all = console.readBytes(READ);
        int end = exact ? all.length : withoutLineEnd(all);
        if (end < all.length) {
            console.say("one line end at the end of stdin was taken off; --exact keeps it");
        }
        byte[] value = Arrays.copyOf(all, end);
        Arrays.fill(all, (byte) 0);
        return value;
    }

    private static byte[] read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(READ);
        } catch (IOException e) {
            throw new ConfigurationException("The file " + file + " cannot be read ("
                    + e.getClass().getSimpleName() + "); a file with the value was expected.");
        }
    }

    private static int withoutLineEnd(byte[] all) {
        int end = all.length;
        if (end > 0 && all[end - 1] == '\n') {
            end--;
            if (end > 0 && all[end - 1] == '\r') {
                end--;
            }
        }
        return end;
    }

    /** Before anything else is looked at, as a dry run says it too. */
    static void requireLength(SecretName name, byte[] value) {
        if (value.length > SecretStore.LONGEST_VALUE) {
            throw new RefusedException(
                    "secret-too-long",
                    "The value for " + name + " is too long: a secret has at most " + SecretStore.LONGEST_VALUE
                            + " bytes (1 MiB).");
        }
    }
}
