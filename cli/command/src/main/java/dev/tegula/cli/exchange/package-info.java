/**
 * Files of secrets that other programs write and read: dotenv, JSON, properties, YAML, manifests. Open
 * {@link dev.tegula.cli.exchange.SourceFile} first (what comes in), then {@link dev.tegula.cli.exchange.TargetFormat} (what goes
 * out). What programs read in different ways is refused, with its line and never with its value. May use {@code config}, and of
 * {@code tegula-core} {@code secret} and {@code failure}.
 */
@NullMarked
package dev.tegula.cli.exchange;

import org.jspecify.annotations.NullMarked;
