/**
 * Moves the rows of live tables from one data key to another, and opens them all to verify. Open
 * {@link dev.tegula.operations.reencrypt.Reencryption} first: plan a job, run its ranges, finish it. The state of a job is in the
 * database, so any number of processes may help and any of them may die. May use {@code document}
 * of the operations and {@code tegula-core}; talks to the database through {@code java.sql}.
 */
@NullMarked
package dev.tegula.operations.reencrypt;

import org.jspecify.annotations.NullMarked;
