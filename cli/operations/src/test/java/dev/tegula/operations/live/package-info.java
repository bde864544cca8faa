/** A database with keys, tables and writers, for tests of operations on live tables. */
@NullMarked
package dev.tegula.operations.live;

import org.jspecify.annotations.NullMarked;
