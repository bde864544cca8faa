/**
 * Key-encryption keys in a local file: a Tink keyset under a passphrase. Open {@link dev.tegula.kms.tink.TinkKms} first
 * (what an application uses), then {@link dev.tegula.kms.tink.TinkKeyset} (what an operator does to the file). The bytes
 * of the file are described in {@code docs/kms-tink.md}. May use {@code kms}, {@code file} and {@code failure} of the core.
 */
@NullMarked
package dev.tegula.kms.tink;

import org.jspecify.annotations.NullMarked;
