/**
 * Named values with versions, under the keys, seals and guards of fields. Open {@link dev.tegula.secret.SecretStore} first;
 * its bytes are those of {@code docs/format/v1.md}. May use {@code audit}, {@code envelope}, {@code cipher}, {@code value}, {@code registry},
 * {@code keyring}, {@code catalogue}, {@code kms}, {@code jdbc} and {@code failure}.
 */
@NullMarked
package dev.tegula.secret;

import org.jspecify.annotations.NullMarked;
