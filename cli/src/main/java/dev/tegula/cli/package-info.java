/**
 * The {@code tegula} command: one class per command, options shared by mixins.
 *
 * <p>May use every other module; nothing uses it.
 */
@NullMarked
package dev.tegula.cli;

import org.jspecify.annotations.NullMarked;
