/**
 * Backups of the key registry and exports of the catalogue as files. Open {@link dev.tegula.operations.backup.KeyBackupFile}
 * first. May use {@code dev.tegula.operations.document} and the core; opens no connection.
 */
@NullMarked
package dev.tegula.operations.backup;

import org.jspecify.annotations.NullMarked;
