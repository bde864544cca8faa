/**
 * Refuses queries that cannot work on ciphertext. Open {@link dev.tegula.hibernate.guard.QueryGuard} first. May use
 * {@code type}, the exception of the root package, and Hibernate.
 */
@NullMarked
package dev.tegula.hibernate.guard;

import org.jspecify.annotations.NullMarked;
