/**
 * The contract between Tegula and a key management service, free of any vendor. Open {@link dev.tegula.kms.Kms} first;
 * {@link dev.tegula.kms.Keks} holds the configured key-encryption keys, {@link dev.tegula.kms.KmsProvider} is how the
 * command line makes a KMS from its configuration. May use {@code envelope} and {@code failure}.
 */
@NullMarked
package dev.tegula.kms;

import org.jspecify.annotations.NullMarked;
