@NullMarked
package dev.tegula.operations.scan;

import org.jspecify.annotations.NullMarked;
