/** A database with keys, tables and writers, for tests of operations on live tables. */
@NullMarked
package dev.tegula.live;

import org.jspecify.annotations.NullMarked;
