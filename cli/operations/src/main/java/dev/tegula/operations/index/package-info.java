/**
 * Blind indexes by what the catalogue says of them: what opens and computes them, and what the database has of them. Open
 * {@link dev.tegula.operations.index.CatalogueIndexes} first. May use {@code reencrypt} of the operations, and
 * {@code tegula-core}.
 */
@NullMarked
package dev.tegula.operations.index;

import org.jspecify.annotations.NullMarked;
