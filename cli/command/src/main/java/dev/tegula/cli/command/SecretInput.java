package dev.tegula.cli.command;

import dev.tegula.cli.output.Console;
import dev.tegula.cli.output.UsageException;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.RefusedException;
import dev.tegula.secret.SecretName;
import dev.tegula.secret.SecretStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Where the value of a secret comes from. */
final class SecretInput {

    /** One more than a value may have, and a line end that is taken off. */
    private static final int READ = SecretStore.LONGEST_VALUE + 3;

    private static final char REPLACEMENT = '\ufffd';

    private SecretInput() {}

    static byte[] value(Console console, @Nullable Path file, @Nullable GeneratedValue generated, boolean exact)
            throws IOException {
        if (generated != null) {
            return generated.bytes();
        }
        if (file != null) {
            return read(file, READ, "value");
        }
        if (console.terminal().input()) {
            throw new UsageException(
                    "No value: pipe it in (`… < FILE`), or use --prompt, --file FILE or --generate 32. What is typed on a"
                            + " terminal without --prompt is shown there.");
        }
        byte[] all = console.readBytes(READ);
        int end = exact ? all.length : withoutLineEnd(all);
        if (end < all.length) {
            console.say("one line end at the end of stdin was taken off; --exact keeps it");
        }
        if (end == 0) {
            console.warn("The value has 0 bytes: stdin held nothing" + (all.length > 0 ? " but a line end." : "."));
        }
        byte[] value = Arrays.copyOf(all, end);
        Arrays.fill(all, (byte) 0);
        return value;
    }

    /**
     * What somebody types twice, without seeing it.
     *
     * @throws UsageException if there is no terminal, nothing is typed, or not twice the same
     */
    static byte[] typed(Console console, SecretName name) {
        console.ask("Value for " + name + ", not shown:");
        char[] first = console.readHidden();
        char[] second = new char[0];
        try {
            console.ask("The same once more:");
            second = console.readHidden();
            if (first.length == 0 || !Arrays.equals(first, second)) {
                throw new UsageException(
                        first.length == 0 ? "Nothing was typed." : "What was typed the second time is something else.");
            }
            return encoded(first);
        } finally {
            Arrays.fill(first, '\0');
            Arrays.fill(second, '\0');
        }
    }

    /** In a locale that has no such characters, the terminal's become question marks before they are here. */
    private static byte[] encoded(char[] typed) {
        for (char each : typed) {
            if (each == REPLACEMENT || Character.isISOControl(each)) {
                throw new UsageException(
                        "What was typed holds characters that this terminal and Java do not read alike, or"
                                + " control characters. Use --file, or set LC_ALL to a locale of UTF-8.");
            }
        }
        byte[] room = new byte[typed.length * 3];
        try {
            ByteBuffer bytes = ByteBuffer.wrap(room);
            if (!StandardCharsets.UTF_8
                    .newEncoder()
                    .encode(CharBuffer.wrap(typed), bytes, true)
                    .isUnderflow()) {
                throw new UsageException("What was typed is no text.");
            }
            return Arrays.copyOf(room, bytes.position());
        } finally {
            Arrays.fill(room, (byte) 0);
        }
    }

    /** The bytes of a file with many values, or of stdin; one more than the most, where there are more. */
    static byte[] source(Console console, @Nullable Path file, int most) throws IOException {
        if (file != null) {
            return read(file, most + 1, "values");
        }
        if (console.terminal().input()) {
            throw new UsageException("No values: pipe them in, or name their file with --file FILE.");
        }
        return console.readBytes(most + 1);
    }

    private static byte[] read(Path file, int most, String expected) {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(most);
        } catch (IOException e) {
            throw new ConfigurationException("The file " + file + " cannot be read ("
                    + e.getClass().getSimpleName() + "); a file with the " + expected + " was expected.");
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
