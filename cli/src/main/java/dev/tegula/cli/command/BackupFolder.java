package dev.tegula.cli.command;

import dev.tegula.cli.backup.KeyBackupFile;
import dev.tegula.cli.session.Session;
import dev.tegula.registry.KeyRow;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.function.Consumer;

/** Where backups of keys go that nobody named a file for: the folder {@code tegula-backup} beside the configuration. */
final class BackupFolder {

    private static final String NAME = "tegula-backup";
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

    private BackupFolder() {}

    /** A name nobody used before. */
    static Path file(Session session, String what) {
        Path configuration = session.configuration().file().toAbsolutePath();
        String name = session.database().name() + "-" + what + "-" + STAMP.format(Instant.now()) + ".json";
        return configuration.resolveSibling(NAME).resolve(name);
    }

    /** Writes the rows it is given to a new file. */
    static Consumer<List<KeyRow>> sink(Session session) {
        return rows -> {
            if (!rows.isEmpty()) {
                String what =
                        rows.get(0).scope().field() + (rows.size() == 1 ? "" : "-and-" + (rows.size() - 1) + "-more");
                KeyBackupFile.write(file(session, what), session.configuration().deployment(), rows);
            }
        };
    }
}
