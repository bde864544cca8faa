/**
 * The {@code tegula} executable. Open {@link dev.tegula.cli.Main} first, then the commands in
 * {@code dev.tegula.cli.command}. May use every other package of this module.
 */
@NullMarked
package dev.tegula.cli;

import org.jspecify.annotations.NullMarked;
