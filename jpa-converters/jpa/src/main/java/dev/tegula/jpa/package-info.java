/**
 * Attribute converters for any Jakarta Persistence provider.
 *
 * <p>May use {@code tegula-core} and the Jakarta Persistence API, never a provider.
 */
@NullMarked
package dev.tegula.jpa;

import org.jspecify.annotations.NullMarked;
