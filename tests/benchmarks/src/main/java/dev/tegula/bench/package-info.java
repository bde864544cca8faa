/**
 * JMH benchmarks; compiled by every build, run by hand.
 */
@NullMarked
package dev.tegula.bench;

import org.jspecify.annotations.NullMarked;
