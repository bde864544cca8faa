/**
 * SQL on PostgreSQL and CockroachDB, and Tegula's own tables there: transactions, the key registry, the catalogue of encrypted
 * columns and the schema. Open {@link dev.tegula.jdbc.Transactions} first. Every statement passes through
 * {@link dev.tegula.jdbc.Session} and takes its values as parameters. {@link dev.tegula.jdbc.Dialect} has all in which the databases
 * differ, {@link dev.tegula.jdbc.SqlFailures} what their failures mean. May use {@code registry}, {@code audit},
 * {@code catalogue}, {@code kms}, {@code envelope}, {@code value} and {@code failure}, and of JDBC only {@code java.sql}.
 */
@NullMarked
package dev.tegula.jdbc;

import org.jspecify.annotations.NullMarked;
