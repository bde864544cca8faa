/**
 * Data keys in use: opened once, cached for as long as the rules allow, with the write lease that says how long a key may
 * be written under. Open {@link dev.tegula.keyring.Keyring} first. May use {@code registry}, {@code cipher},
 * {@code kms}, {@code envelope} and {@code failure}.
 */
@NullMarked
package dev.tegula.keyring;

import org.jspecify.annotations.NullMarked;
