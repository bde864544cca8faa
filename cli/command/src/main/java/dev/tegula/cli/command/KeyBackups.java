package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.operations.backup.BackupFolder;
import dev.tegula.operations.backup.KeyBackupFile;
import dev.tegula.registry.KeyRow;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/** Backups of a session's keys in the folder beside its configuration. */
final class KeyBackups {

    private KeyBackups() {}

    /** A name nobody used before. */
    static Path file(OpenDatabase open, String what) {
        return BackupFolder.file(
                Path.of(open.configuration().source()), open.database().name(), what, Instant.now());
    }

    /** Writes the rows it is given to a new file. */
    static Consumer<List<KeyRow>> sink(OpenDatabase open) {
        return rows -> {
            if (!rows.isEmpty()) {
                String what =
                        rows.get(0).scope().field() + (rows.size() == 1 ? "" : "-and-" + (rows.size() - 1) + "-more");
                KeyBackupFile.write(file(open, what), open.configuration().deployment(), rows);
                open.changes().note();
            }
        };
    }
}
