/**
 * Refuses queries that cannot work on ciphertext. Open {@link dev.tegula.hibernate.guard.QueryGuard} first. May use
 * {@code engine}, {@code type}, the exception of {@code dev.tegula.hibernate}, {@code tegula-core} and Hibernate.
 */
@NullMarked
package dev.tegula.hibernate.guard;

import org.jspecify.annotations.NullMarked;
