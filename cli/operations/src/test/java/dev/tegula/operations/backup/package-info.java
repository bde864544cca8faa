/** Files of keys and of the catalogue, by the vectors of the format. */
@NullMarked
package dev.tegula.operations.backup;

import org.jspecify.annotations.NullMarked;
