/** Secrets on a live database, under everything that works on encrypted columns. */
@NullMarked
package dev.tegula.operations.secret;

import org.jspecify.annotations.NullMarked;
