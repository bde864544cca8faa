/**
 * The database of the local development set-up: an embedded PostgreSQL where there is no Docker, and roles, tables and
 * grants in whatever server there is. {@code dev/up} runs {@link dev.tegula.sample.database.LocalDatabase}; an
 * application needs none of it.
 */
@NullMarked
package dev.tegula.sample.database;

import org.jspecify.annotations.NullMarked;
