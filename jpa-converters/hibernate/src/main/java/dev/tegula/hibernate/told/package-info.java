/**
 * Tells the audit trail what happens to entities that ask for it. Open {@link dev.tegula.hibernate.told.ToldEntities} first. May use
 * the annotations of {@code dev.tegula.hibernate}, {@code engine}, {@code tegula-core} and Hibernate.
 */
@NullMarked
package dev.tegula.hibernate.told;

import org.jspecify.annotations.NullMarked;
