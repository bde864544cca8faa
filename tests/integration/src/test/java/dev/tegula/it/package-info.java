/** Tests of the whole on a real server; run on the newest Hibernate here and on the oldest in {@code hibernate66}. */
@NullMarked
package dev.tegula.it;

import org.jspecify.annotations.NullMarked;
