/**
 * Setting up and checking a deployment: {@link dev.tegula.cli.setup.Initialisation} behind {@code tegula init},
 * {@link dev.tegula.cli.setup.Doctor} behind {@code tegula doctor}, whose checks are those of the operations. May use
 * {@code config}, {@code database}, {@code output}, {@code tegula-operations} and {@code tegula-core}.
 */
@NullMarked
package dev.tegula.cli.setup;

import org.jspecify.annotations.NullMarked;
