/**
 * The configuration tree of {@code tegula.yaml}: found, read strictly, with the origin of every setting. Open
 * {@link dev.tegula.cli.config.Configuration} first. KMS adapters
 * read their own part, and are found by {@code KmsAdapters}. May use {@code dev.tegula.kms} and {@code dev.tegula.failure}
 * only; it opens no connection.
 */
@NullMarked
package dev.tegula.cli.config;

import org.jspecify.annotations.NullMarked;
