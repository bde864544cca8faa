package dev.tegula.operations.backup;

import dev.tegula.envelope.Scope;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRow;
import java.nio.file.Path;
import java.util.List;

/** Makes a key that can be written under at once: created, backed up to a file, activated. */
public final class FirstKey {

    private FirstKey() {}

    /**
     * Makes the key, or goes on with the one that an earlier call made and did not activate. If the file cannot be written,
     * the key stays PENDING.
     *
     * @param alias the KEK
     * @param file where its backup goes; must not exist
     */
    public static KeyRow make(KeyLifecycle lifecycle, String deployment, Scope scope, String alias, Path file) {
        KeyRow row = lifecycle.prepare(scope, alias).row();
        lifecycle.backup(List.of(row.keyId()), rows -> KeyBackupFile.write(file, deployment, rows));
        return lifecycle.activate(row.keyId());
    }
}
