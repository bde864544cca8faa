/**
 * What Tegula does on CockroachDB. {@link dev.tegula.cli.cockroach.CockroachDays} is one suite for both databases; begin with {@link
 * dev.tegula.cli.cockroach.SaidToBeCockroachTest}, where PostgreSQL says that it is a CockroachDB, every statement is captured and held
 * against CockroachDB's documentation.
 */
@NullMarked
package dev.tegula.cli.cockroach;

import org.jspecify.annotations.NullMarked;
