/**
 * The {@code @Encrypted} mapping for Hibernate 6.6 and 7: types, boot checks, query guard and catalogue.
 *
 * <p>Uses {@code tegula-jpa} and {@code tegula-core}.
 */
@NullMarked
package dev.tegula.hibernate;

import org.jspecify.annotations.NullMarked;
