/**
 * The key registry: one sealed row for every data key, its states and how they change. Open
 * {@link dev.tegula.registry.KeyRegistry} first, then {@link dev.tegula.registry.KeyLifecycle}. May use {@code audit}, {@code cipher},
 * {@code kms}, {@code catalogue}, {@code value}, {@code envelope} and {@code failure}. The JDBC form is in
 * {@code dev.tegula.jdbc}.
 */
@NullMarked
package dev.tegula.registry;

import org.jspecify.annotations.NullMarked;
