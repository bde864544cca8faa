/**
 * Wrapping many keys anew in one command: {@link dev.tegula.cli.rewrap.RewrapPlan} says which and refuses before anything
 * is changed, {@link dev.tegula.cli.rewrap.Rewrapping} does it key by key. May use session and the core.
 */
@NullMarked
package dev.tegula.cli.rewrap;

import org.jspecify.annotations.NullMarked;
