package dev.tegula.registry;

import dev.tegula.cipher.RootKey;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import dev.tegula.kms.WrappedKey;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;

/** Makes roots: drawn here, so that the id is known before anything is wrapped, and believed only once unwrapped again. */
final class FreshKey {

    private FreshKey() {}

    /** A PENDING row without version, rev and seal, whose wrapped bytes have been unwrapped and compared. */
    static KeyRow of(KeyWrapping wrapping, Scope scope, String alias, SecureRandom random, Instant created) {
        Suite suite = Suite.XAES_256_GCM;
        try (RootKey root = RootKey.generate(random)) {
            KeyId id = root.keyId(suite, scope);
            WrappedKey wrapped = wrapping.wrap(root, id, scope, suite, alias);
            KeyRow row = new KeyRow(
                    id,
                    scope,
                    0,
                    suite,
                    KeyState.PENDING,
                    0,
                    wrapping.provider(alias, scope),
                    alias,
                    Optional.of(wrapped),
                    new KeyRow.Times(created, null, null, null),
                    Seal.none());
            wrapping.unwrap(row).close();
            return row;
        }
    }
}
