package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.envelope.KeyId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.RefusedException;
import dev.tegula.kms.WrappedKey;
import dev.tegula.operations.backup.KeyBackupFile;
import dev.tegula.registry.KeyRow;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A backup that an earlier run wrote before it could note it in the registry. */
final class EarlierBackup {

    private final Path file;
    private final Map<KeyId, Optional<WrappedKey>> wrapped = new HashMap<>();

    private EarlierBackup(Path file) {
        this.file = file;
    }

    /**
     * Reads the file and checks the seal of its rows.
     *
     * @throws RefusedException code {@code file-exists}, if it is something else
     */
    static EarlierBackup read(OpenDatabase open, Path file) {
        EarlierBackup backup = new EarlierBackup(file);
        try {
            KeyBackupFile.read(file, open.configuration().deployment())
                    .forEach(row -> backup.wrapped.put(
                            row.keyId(), open.tegula().seal().verify(row).wrapped()));
        } catch (ConfigurationException noBackup) {
            throw backup.other();
        }
        return backup;
    }

    /**
     * Takes the place of writing a file.
     *
     * @throws RefusedException code {@code file-exists}, unless it holds every one of the keys as it is wrapped now
     */
    void require(List<KeyRow> rows) {
        for (KeyRow row : rows) {
            if (!row.wrapped().equals(wrapped.get(row.keyId()))) {
                throw other();
            }
        }
    }

    private RefusedException other() {
        return new RefusedException(
                "file-exists",
                file + " exists already, is no backup of these keys as they are wrapped now, and is not overwritten."
                        + " Name another with --to.");
    }
}
