/**
 * Backups of the key registry and exports of the catalogue as files. Open {@link dev.tegula.cli.backup.KeyBackupFile}
 * first. May use the core; opens no connection.
 */
@NullMarked
package dev.tegula.cli.backup;

import org.jspecify.annotations.NullMarked;
