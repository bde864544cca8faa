/**
 * The file {@code tegula.yaml}: found, parsed and handed to {@code dev.tegula.config}, with the rules for a JDBC URL. Open
 * {@link dev.tegula.cli.config.ConfigurationFile} first. May use {@code dev.tegula.config} and {@code dev.tegula.failure}
 * only; it opens no connection.
 */
@NullMarked
package dev.tegula.cli.config;

import org.jspecify.annotations.NullMarked;
