/**
 * Checks of a deployment, from its configuration to the last key, with what cures each failure; they change nothing. Open
 * {@link dev.tegula.operations.check.DeploymentChecks} first. May use {@code reencrypt}, {@code index}, {@code rewrap},
 * {@code rotation}, {@code schema} and {@code document} of the operations, and {@code tegula-core} with its {@code config}.
 */
@NullMarked
package dev.tegula.operations.check;

import org.jspecify.annotations.NullMarked;
