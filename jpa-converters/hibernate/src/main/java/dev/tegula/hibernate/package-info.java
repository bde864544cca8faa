/**
 * The {@code @Encrypted} mapping for Hibernate 6.6 and 7: types, boot checks, query guard and catalogue. Open
 * {@link dev.tegula.hibernate.Encrypted} first. The property {@code tegula.engine} says where the engine is.
 *
 * <p>May use its own packages {@code engine}, {@code type} and {@code json}, {@code tegula-jpa}, {@code tegula-core} and
 * Hibernate.
 */
@NullMarked
package dev.tegula.hibernate;

import org.jspecify.annotations.NullMarked;
