/**
 * What a person or a program sees: streams, exit codes, tables, progress, errors, documents. Open
 * {@link dev.tegula.cli.output.Console} first. Data goes to stdout, everything else to stderr. May use
 * {@code dev.tegula.failure} and the documents and progress types of the operations.
 */
@NullMarked
package dev.tegula.cli.output;

import org.jspecify.annotations.NullMarked;
