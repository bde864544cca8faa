/**
 * The Hibernate type of an encrypted attribute. Open {@link dev.tegula.hibernate.type.EncryptedJavaType} first. May use
 * {@code engine}, {@code tegula-jpa}, {@code tegula-core} and Hibernate.
 */
@NullMarked
package dev.tegula.hibernate.type;

import org.jspecify.annotations.NullMarked;
