/**
 * Backups of the key registry and exports of the catalogue as files. Open
 * {@link dev.tegula.operations.backup.KeyBackupFile} first. May use {@code document} and {@code tegula-core}; opens no
 * connection.
 */
@NullMarked
package dev.tegula.operations.backup;

import org.jspecify.annotations.NullMarked;
