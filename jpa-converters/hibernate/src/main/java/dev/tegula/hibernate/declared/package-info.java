/**
 * What classes declare encrypted, held against what the final mapping does. Open
 * {@link dev.tegula.hibernate.declared.Declared} first. May use {@code dev.tegula.hibernate}, {@code catalogue},
 * {@code files}, {@code type}, {@code tegula-jpa}, {@code tegula-core}, Hibernate, and Jackson's resolution of generic
 * types.
 */
@NullMarked
package dev.tegula.hibernate.declared;

import org.jspecify.annotations.NullMarked;
