/**
 * One class per command: options in, a call of a service, an {@link dev.tegula.cli.output.Outcome} out. Open
 * {@link dev.tegula.cli.command.CommandTree} first, then {@link dev.tegula.cli.command.TegulaCommand}. No logic of
 * encryption or of keys stands here. May use every other package of this module, {@code tegula-operations} and
 * {@code tegula-core}.
 */
@NullMarked
package dev.tegula.cli.command;

import org.jspecify.annotations.NullMarked;
