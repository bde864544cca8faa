/**
 * Root keys, what is derived from them, making and opening of envelopes, and the MACs of blind indexes, composed of Tink
 * primitives. Open {@link dev.tegula.cipher.EnvelopeCipher} first. May use {@code envelope} and {@code failure}.
 */
@NullMarked
package dev.tegula.cipher;

import org.jspecify.annotations.NullMarked;
