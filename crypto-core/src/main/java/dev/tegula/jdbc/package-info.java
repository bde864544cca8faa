/**
 * Tegula's own tables in PostgreSQL and CockroachDB: transactions with retry, the key registry, the catalogue of encrypted
 * columns and the schema. Open {@link dev.tegula.jdbc.Transactions} first. Every statement passes through
 * {@link dev.tegula.jdbc.Session}, takes its values as parameters, and can be observed. May use {@code registry},
 * {@code catalogue}, {@code kms}, {@code envelope}, {@code value} and {@code failure}, and of JDBC only {@code java.sql}.
 */
@NullMarked
package dev.tegula.jdbc;

import org.jspecify.annotations.NullMarked;
