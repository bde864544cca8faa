/** Documents and text without what could write on a terminal. */
@NullMarked
package dev.tegula.operations.document;

import org.jspecify.annotations.NullMarked;
