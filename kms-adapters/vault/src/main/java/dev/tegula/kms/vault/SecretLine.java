package dev.tegula.kms.vault;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.file.FileDemands;
import dev.tegula.file.PrivateFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** A file with one secret on one line: a token, a secret id, a service account's token. Read again at every use. */
final class SecretLine {

    private SecretLine() {}

    /**
     * The secret without the line break behind it; the caller wipes it.
     *
     * @param what what it is, for messages, for example {@code token}
     * @throws ConfigurationException if there is no such file, or it holds something other than one line of visible
     *     ASCII
     * @throws UnavailableException if it cannot be read
     */
    static char[] read(String what, Path file) {
        byte[] content = new PrivateFile(
                        "The " + what + " file " + file,
                        file,
                        "Correct the path, or deliver the " + what + " there.",
                        FileDemands.mounted())
                .read();
        try {
            return visible(
                    StandardCharsets.ISO_8859_1.decode(ByteBuffer.wrap(content)).array(), what, file);
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    private static char[] visible(char[] text, String what, Path file) {
        int end = text.length;
        while (end > 0 && (text[end - 1] == '\n' || text[end - 1] == '\r')) {
            end--;
        }
        try {
            return Arrays.copyOf(text, requireVisible(text, end, "The " + what + " file " + file));
        } finally {
            Arrays.fill(text, '\0');
        }
    }

    /** The JDK's client quotes a header it refuses, so what would be refused never gets there. */
    static int requireVisible(char[] text, int end, String subject) {
        if (end == 0) {
            throw new ConfigurationException(subject + " is empty.");
        }
        for (int i = 0; i < end; i++) {
            if (text[i] <= ' ' || text[i] > '~') {
                throw new ConfigurationException(
                        subject + " is not one line of visible ASCII: character " + (i + 1) + " is something else.");
            }
        }
        return end;
    }
}
