/**
 * From configuration to services: a pool for the database, the KMS of each KEK, the engine. Open
 * {@link dev.tegula.cli.database.OpenDatabase} first. May use {@code dev.tegula.cli.config}, the core and the KMS adapters.
 */
@NullMarked
package dev.tegula.cli.database;

import org.jspecify.annotations.NullMarked;
