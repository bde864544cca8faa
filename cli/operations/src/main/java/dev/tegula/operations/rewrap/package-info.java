/**
 * Wrapping many keys again in one command: {@link dev.tegula.operations.rewrap.RewrapPlan} says which and refuses before
 * anything is changed, {@link dev.tegula.operations.rewrap.Rewrapping} does it key by key. May use {@code tegula-core}.
 */
@NullMarked
package dev.tegula.operations.rewrap;

import org.jspecify.annotations.NullMarked;
