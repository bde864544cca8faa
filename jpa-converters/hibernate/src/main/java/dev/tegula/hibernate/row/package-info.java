/**
 * Writes values of attributes with {@code bind = ROW} together with the primary key of their row, and says what is written. Open
 * {@link dev.tegula.hibernate.row.RowCoordinators} first. May use {@code type}, {@code tegula-core} and Hibernate.
 */
@NullMarked
package dev.tegula.hibernate.row;

import org.jspecify.annotations.NullMarked;
