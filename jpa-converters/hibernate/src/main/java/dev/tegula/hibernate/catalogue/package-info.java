/**
 * Which columns of the final mapping hold envelopes and blind indexes. Open {@link dev.tegula.hibernate.catalogue.MappedValues} first. May
 * use {@code type}, {@code index}, {@code tegula-jpa}, {@code tegula-core} and Hibernate.
 */
@NullMarked
package dev.tegula.hibernate.catalogue;

import org.jspecify.annotations.NullMarked;
