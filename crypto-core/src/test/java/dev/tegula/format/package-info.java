/**
 * Runs the vector files of {@code tests/vectors} against the code. Open {@link dev.tegula.format.FormatVectorsTest}
 * first; {@code docs/format/v1.md} is the normative text. The doors in the packages under test open what is
 * package-private there.
 */
@NullMarked
package dev.tegula.format;

import org.jspecify.annotations.NullMarked;
