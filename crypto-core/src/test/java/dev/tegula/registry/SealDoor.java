package dev.tegula.registry;

import dev.tegula.cipher.RootKey;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the vectors need of this package and nobody else may have. */
public final class SealDoor {

    private SealDoor() {}

    /** The seals of a registry with that root. */
    public static RegistrySeal under(RootKey root) {
        return RegistrySeal.under(root, row(root, 1, KeyState.ACTIVE));
    }

    /** The same with all roots that it ever had, the last one ACTIVE. */
    public static RegistrySeal under(List<RootKey> roots) {
        List<RootSeal> opened = new ArrayList<>();
        for (RootKey root : roots) {
            boolean last = opened.size() == roots.size() - 1;
            opened.add(RootSeal.of(root, row(root, opened.size() + 1, last ? KeyState.ACTIVE : KeyState.RETIRED)));
        }
        return RegistrySeal.under(PinnedRoots.Roots.of(opened));
    }

    private static KeyRow row(RootKey root, int version, KeyState state) {
        return new KeyRow(
                root.keyId(Suite.XAES_256_GCM, Scope.REGISTRY),
                Scope.REGISTRY,
                version,
                Suite.XAES_256_GCM,
                state,
                1,
                "vectors",
                "main",
                Optional.empty(),
                new KeyRow.Times(Instant.EPOCH, null, null, null),
                Seal.none());
    }
}
