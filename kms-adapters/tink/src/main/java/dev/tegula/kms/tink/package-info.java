/**
 * KEKs in a Tink keyset file, for development and for users without a KMS.
 *
 * <p>Uses {@code dev.tegula.kms} only; no other adapter.
 */
@NullMarked
package dev.tegula.kms.tink;

import org.jspecify.annotations.NullMarked;
