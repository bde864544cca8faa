/**
 * Everything Tegula throws, sorted by what the caller can do about it. Open {@link dev.tegula.failure.TegulaException}
 * first. Uses no other package of Tegula. Messages carry field ids, key ids, what was expected, what came and what to do;
 * never a value, a key or a byte of either.
 */
@NullMarked
package dev.tegula.failure;

import org.jspecify.annotations.NullMarked;
