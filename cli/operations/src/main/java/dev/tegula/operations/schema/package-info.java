/**
 * Tegula's own tables: made, compared with what this release expects, granted. Runs DDL, as the owner of the tables.
 */
@NullMarked
package dev.tegula.operations.schema;

import org.jspecify.annotations.NullMarked;
