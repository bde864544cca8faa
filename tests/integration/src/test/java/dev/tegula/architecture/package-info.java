/** Which module may use which, as tests; {@code DependenciesTest} first. */
@NullMarked
package dev.tegula.architecture;

import org.jspecify.annotations.NullMarked;
