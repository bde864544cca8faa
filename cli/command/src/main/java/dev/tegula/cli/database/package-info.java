/**
 * From configuration to services: a pool for the database, the KMS of each KEK, the engine. Open
 * {@link dev.tegula.cli.database.OpenDatabase} first. May use {@code output}, {@code operations.check},
 * {@code operations.document}, {@code operations.reencrypt} and {@code operations.rotation}, and {@code tegula-core};
 * finds KMS adapters by their type and names none.
 */
@NullMarked
package dev.tegula.cli.database;

import org.jspecify.annotations.NullMarked;
