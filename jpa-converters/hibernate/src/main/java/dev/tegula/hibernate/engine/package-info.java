/**
 * Finds the application's {@code Tegula} for a session factory, when a value needs it and not before. Open
 * {@link dev.tegula.hibernate.engine.Engine} first. May use {@code tegula-core} and Hibernate.
 */
@NullMarked
package dev.tegula.hibernate.engine;

import org.jspecify.annotations.NullMarked;
