/**
 * What {@code tegula report} tells: taken from a database by {@link dev.tegula.cli.report.Taking}, held in a
 * {@link dev.tegula.cli.report.Report}, and written for people as a page and for programs as a document. It holds names, numbers
 * and times, never a value or a key. Open {@link dev.tegula.cli.report.Taking} first. May use {@code database}, {@code output},
 * {@code tegula-operations} and {@code tegula-core}.
 */
@NullMarked
package dev.tegula.cli.report;

import org.jspecify.annotations.NullMarked;
