package dev.tegula.operations.backup;

import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Where backups of keys go that nobody named a file for: the folder {@code tegula-backup} beside the configuration. */
public final class BackupFolder {

    private static final String NAME = "tegula-backup";
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

    private BackupFolder() {}

    /**
     * A name nobody used before.
     *
     * @param configuration the configuration
     * @param database name of the database in it
     * @param what what is backed up
     * @param now tells backups of one thing apart
     */
    public static Path file(Path configuration, String database, String what, Instant now) {
        String name = database + "-" + what + "-" + STAMP.format(now) + ".json";
        return configuration.toAbsolutePath().resolveSibling(NAME).resolve(name);
    }
}
