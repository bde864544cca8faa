/**
 * The configuration tree of {@code tegula.yaml}: found, read strictly, with the origin of every setting. Open
 * {@link dev.tegula.cli.config.Configuration} first. May use {@code dev.tegula.failure} only; it opens no connection.
 */
@NullMarked
package dev.tegula.cli.config;

import org.jspecify.annotations.NullMarked;
