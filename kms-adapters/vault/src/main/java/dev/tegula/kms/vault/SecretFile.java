package dev.tegula.kms.vault;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.UnavailableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/** A file with one secret on one line: a token, a secret id, a service account's token. Read anew at every use. */
final class SecretFile {

    private static final long MAXIMUM_BYTES = 64 << 10;

    private SecretFile() {}

    /**
     * The secret without the line break behind it; the caller wipes it.
     *
     * @param what what it is, for messages, for example {@code token}
     * @throws ConfigurationException if there is no such file, or it holds something else than one line of visible
     *     ASCII
     * @throws UnavailableException if it cannot be read
     */
    static char[] read(String what, Path file) {
        byte[] content = bytes(what, file);
        try {
            return visible(
                    StandardCharsets.ISO_8859_1.decode(ByteBuffer.wrap(content)).array(), what, file);
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    private static byte[] bytes(String what, Path file) {
        try {
            if (Files.size(file) > MAXIMUM_BYTES) {
                throw new ConfigurationException(
                        "The " + what + " file " + file + " has " + Files.size(file) + " bytes; is it the right file?");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new ConfigurationException(
                    "There is no " + what + " file " + file + ". Correct the path, or deliver the " + what + " there.");
        } catch (IOException e) {
            throw new UnavailableException("The " + what + " file " + file + " cannot be read.", e);
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
