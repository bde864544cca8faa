/** Transcripts of the executable: command, exit code, stdout, stderr, state of the database. */
@NullMarked
package dev.tegula.cli;

import org.jspecify.annotations.NullMarked;
