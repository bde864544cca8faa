package dev.tegula.reencrypt;

import dev.tegula.cipher.EnvelopeCipher;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;

/**
 * Where ciphers come from, by explicit key id: {@code keyring::reader}. Never "the active key", which may be another one
 * than the job was planned for.
 */
@FunctionalInterface
public interface CipherSource {

    /**
     * The cipher of a key in its scope; it opens and seals.
     *
     * @throws dev.tegula.failure.KeyUnknownException if the registry has no such key, or it was destroyed
     * @throws dev.tegula.failure.CannotOpenException if the key is of another scope
     * @throws dev.tegula.failure.UnavailableException if KMS or registry do not answer
     * @throws dev.tegula.failure.DeniedException if KMS or registry refuse
     */
    EnvelopeCipher cipher(KeyId keyId, Scope scope);
}
