/**
 * The starter for Spring Boot: properties {@code tegula.*} become an engine, which Hibernate gets. Open
 * {@link dev.tegula.spring.TegulaAutoConfiguration} first. May use {@code tegula-core}, {@code tegula-hibernate},
 * {@code tegula-test} where an application's tests have it, and Spring; nothing that owns tables.
 */
@NullMarked
package dev.tegula.spring;

import org.jspecify.annotations.NullMarked;
