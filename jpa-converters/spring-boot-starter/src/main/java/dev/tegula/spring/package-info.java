/**
 * The starter for Spring Boot: properties {@code tegula.*} become an engine, which Hibernate gets. Open
 * {@link dev.tegula.spring.TegulaAutoConfiguration} first. May use {@code dev.tegula.config} and the rest of the core,
 * {@code dev.tegula.hibernate} and Spring; nothing that owns tables.
 */
@NullMarked
package dev.tegula.spring;

import org.jspecify.annotations.NullMarked;
