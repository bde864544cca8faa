/**
 * Fills blind indexes when rows are written and checks them when entities are loaded. Open
 * {@link dev.tegula.hibernate.index.MappedIndexes} first. May use {@code row}, {@code type}, {@code tegula-core} and Hibernate.
 */
@NullMarked
package dev.tegula.hibernate.index;

import org.jspecify.annotations.NullMarked;
