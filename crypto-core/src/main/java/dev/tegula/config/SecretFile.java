package dev.tegula.config;

import dev.tegula.failure.ConfigurationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/** A file with one secret on its first line, which nobody but its owner may read. */
public final class SecretFile {

    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ, PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);

    private SecretFile() {}

    /**
     * Reads the secret.
     *
     * @param setting the setting that names the file, for messages
     * @throws ConfigurationException if the file is missing, empty, unreadable, or open to others; its content is never
     *     quoted
     */
    public static String read(String setting, Path file) {
        requirePrivate(setting, file);
        try {
            String secret = Files.readString(file, StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElse("");
            if (secret.isEmpty()) {
                throw new ConfigurationException(
                        setting + ": the first line of " + file + " is empty; the secret goes there.");
            }
            return secret;
        } catch (IOException e) {
            throw unreadable(setting, file, e);
        }
    }

    /**
     * Refuses a file with a secret that somebody else reads.
     *
     * @throws ConfigurationException if it is missing or open to others
     */
    public static void requirePrivate(String setting, Path file) {
        try {
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
            if (mode.stream().anyMatch(OTHERS::contains)) {
                throw new ConfigurationException(
                        setting + ": " + file + " can be read or written by others; `chmod 600 " + file + "`.");
            }
        } catch (IOException | UnsupportedOperationException e) {
            throw unreadable(setting, file, e);
        }
    }

    private static ConfigurationException unreadable(String setting, Path file, Exception e) {
        return new ConfigurationException(setting + ": cannot read " + file + " ("
                + e.getClass().getSimpleName() + "). It must exist, mode 0600, owned by you.");
    }
}
