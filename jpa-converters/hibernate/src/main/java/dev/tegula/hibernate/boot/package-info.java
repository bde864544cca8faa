/**
 * What happens when a session factory is built: the query guard is installed, mappings that cannot work are refused, the
 * catalogue is computed. Open {@link dev.tegula.hibernate.boot.TegulaIntegrator} first. May use every other package of
 * this module, {@code tegula-jpa}, {@code tegula-core} and Hibernate.
 */
@NullMarked
package dev.tegula.hibernate.boot;

import org.jspecify.annotations.NullMarked;
