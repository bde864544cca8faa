/**
 * The conversions that mapping files name, read from the files themselves: Hibernate leaves some of them out without a word.
 * Open {@link dev.tegula.hibernate.files.FileConversions} first. May use {@code tegula-jpa}, {@code tegula-core} and
 * Hibernate.
 */
@NullMarked
package dev.tegula.hibernate.files;

import org.jspecify.annotations.NullMarked;
