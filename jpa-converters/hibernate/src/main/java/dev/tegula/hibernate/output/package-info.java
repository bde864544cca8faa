/**
 * What JSON that leaves the application shows of encrypted attributes, for any version of Jackson. Open
 * {@link dev.tegula.hibernate.output.JsonOutput} first. May use the annotations of {@code dev.tegula.hibernate},
 * {@code tegula-jpa}, {@code tegula-core} and Jackson's annotations; needs no Hibernate.
 */
@NullMarked
package dev.tegula.hibernate.output;

import org.jspecify.annotations.NullMarked;
