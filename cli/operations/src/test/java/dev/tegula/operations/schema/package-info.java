/** The tables, on a real PostgreSQL. */
@NullMarked
package dev.tegula.operations.schema;

import org.jspecify.annotations.NullMarked;
