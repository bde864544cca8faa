/**
 * Blind indexes: MACs of values, by which equal values are found and kept unique. Open
 * {@link dev.tegula.blindindex.BlindIndex} first. May use {@code cipher}, {@code value}, {@code envelope} and
 * {@code failure}.
 */
@NullMarked
package dev.tegula.blindindex;

import org.jspecify.annotations.NullMarked;
