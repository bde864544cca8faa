/**
 * Looks through a whole database for values that Tegula does not look after: envelopes in columns that nobody declared,
 * and plaintext that looks personal. Reads only. Open {@link dev.tegula.operations.scan.Scan} first. May use
 * {@code document} and {@code reencrypt} of the operations, and {@code tegula-core}.
 */
@NullMarked
package dev.tegula.operations.scan;

import org.jspecify.annotations.NullMarked;
