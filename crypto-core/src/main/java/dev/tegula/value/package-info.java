/**
 * What stands inside an envelope: the inner layout and the closed table of types with their encodings. Open
 * {@link dev.tegula.value.ValueCodecs} first. May use {@code envelope} and {@code failure}.
 */
@NullMarked
package dev.tegula.value;

import org.jspecify.annotations.NullMarked;
