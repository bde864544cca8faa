package dev.tegula.registry;

import dev.tegula.cipher.RootKey;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import java.time.Instant;
import java.util.Optional;

/** What the vectors need of this package and nobody else may have. */
public final class SealDoor {

    private SealDoor() {}

    /** The seals of a registry with that root. */
    public static RegistrySeal under(RootKey root) {
        KeyRow own = new KeyRow(
                root.keyId(Suite.XAES_256_GCM, Scope.REGISTRY),
                Scope.REGISTRY,
                1,
                Suite.XAES_256_GCM,
                KeyState.ACTIVE,
                1,
                "vectors",
                "main",
                Optional.empty(),
                new KeyRow.Times(Instant.EPOCH, null, null, null),
                Seal.none());
        return RegistrySeal.under(root, own);
    }
}
