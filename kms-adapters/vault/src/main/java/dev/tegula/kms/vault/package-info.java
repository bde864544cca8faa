/**
 * Key-encryption keys in HashiCorp Vault or OpenBao: the transit engine with a derived key. Open
 * {@link dev.tegula.kms.vault.VaultKms} first, then {@link dev.tegula.kms.vault.VaultAuth} (how to log in).
 * {@code docs/kms-vault.md} has the settings of the key, the policies and what each answer of Vault becomes. May use
 * {@code kms}, {@code file} and {@code failure} of the core.
 */
@NullMarked
package dev.tegula.kms.vault;

import org.jspecify.annotations.NullMarked;
