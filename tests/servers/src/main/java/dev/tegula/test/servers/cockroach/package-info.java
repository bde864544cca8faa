/**
 * What is sent to a CockroachDB, where none is. {@link dev.tegula.test.servers.cockroach.SaidToBeCockroach} has a PostgreSQL say that it is
 * one and keeps every statement; {@link dev.tegula.test.servers.cockroach.CockroachRules} refuses what its documentation rules out. May use
 * {@code dev.tegula.test.servers}.
 */
@NullMarked
package dev.tegula.test.servers.cockroach;

import org.jspecify.annotations.NullMarked;
