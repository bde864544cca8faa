/**
 * Setting up and checking a deployment: {@link dev.tegula.cli.setup.Initialisation} behind {@code tegula init},
 * {@link dev.tegula.cli.setup.CheckList} behind {@code tegula doctor}. May use configuration, session, the core and the
 * KMS adapters.
 */
@NullMarked
package dev.tegula.cli.setup;

import org.jspecify.annotations.NullMarked;
