/**
 * What a person or a program sees: streams, exit codes, tables, progress, errors, documents. Open
 * {@link dev.tegula.cli.output.Console} first. Data goes to stdout, everything else to stderr. May use
 * {@code operations.document}, of {@code operations.reencrypt} and {@code operations.rotation} what is shown, and
 * {@code tegula-core}.
 */
@NullMarked
package dev.tegula.cli.output;

import org.jspecify.annotations.NullMarked;
