/**
 * Tegula's own tables: made, compared with what this release expects, granted. Runs DDL, as the owner of the tables. May
 * use {@code catalogue}, {@code jdbc} and {@code failure}.
 */
@NullMarked
package dev.tegula.operations.schema;

import org.jspecify.annotations.NullMarked;
