/** What {@code tegula-test} gives the tests of applications, on a real database; {@code AssertNotStoredTest} first. */
@NullMarked
package dev.tegula.testing;

import org.jspecify.annotations.NullMarked;
