package dev.tegula.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Tegula;
import dev.tegula.cipher.RootKey;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import dev.tegula.failure.TegulaException;
import dev.tegula.kms.Keks;
import dev.tegula.kms.WrappedKey;
import dev.tegula.registry.InMemoryKeyRegistry;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import dev.tegula.registry.KeyWrapping;
import dev.tegula.registry.RegistrySeal;
import dev.tegula.registry.Seal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Roots of the vectors as sealed rows of a real registry, and the engine that reads them. */
final class Registered {

    private static final String DEPLOYMENT = "vectors";
    private static final String ALIAS = "main";

    private final ContextKms kms = new ContextKms();
    private final KeyWrapping wrapping =
            new KeyWrapping(DEPLOYMENT, Keks.of(Map.of(ALIAS, new Keks.Binding(kms.kek("key"), List.of("*"), true))));
    private final InMemoryKeyRegistry registry = new InMemoryKeyRegistry();
    private final KeyId pin = KeyLifecycle.initialise(registry, wrapping, ALIAS, InstantSource.system());

    /** An engine whose registry has these keys and its own root. */
    static Tegula engine(List<VectorFile.Root> keys) {
        try {
            Registered made = new Registered();
            RegistrySeal seal = RegistrySeal.open(made.registry, made.wrapping, List.of(made.pin));
            keys.forEach(key -> made.insert(key, seal));
            return Tegula.builder(DEPLOYMENT)
                    .kek(ALIAS, made.kms, "key")
                    .registry(made.registry, made.pin.hex())
                    .build();
        } catch (TegulaException e) {
            throw new AssertionError("The keys of a vector do not make a registry; that is no outcome", e);
        }
    }

    private void insert(VectorFile.Root key, RegistrySeal seal) {
        try (RootKey root = key.open()) {
            KeyId id = root.keyId(Suite.XAES_256_GCM, key.scope());
            KeyId inserted = registry.change(change -> {
                change.insert(seal.seal(row(root, key.scope(), id, key.version(), change.nextRev(seal::genuine))));
                return id;
            });
            assertThat(inserted).isEqualTo(id);
        }
    }

    /** Unwraps a row that says of a root that it has this key id. */
    static void unwrap(RootKey root, Scope scope, KeyId claimed) {
        Registered made = new Registered();
        made.wrapping.unwrap(made.row(root, scope, claimed, 1, 1)).close();
    }

    private KeyRow row(RootKey root, Scope scope, KeyId id, int version, long rev) {
        WrappedKey wrapped = wrapping.wrap(root, id, scope, Suite.XAES_256_GCM, ALIAS);
        return new KeyRow(
                id,
                scope,
                version,
                Suite.XAES_256_GCM,
                KeyState.DECRYPT_ONLY,
                rev,
                kms.provider(),
                ALIAS,
                Optional.of(wrapped),
                new KeyRow.Times(Instant.EPOCH, null, null, null),
                Seal.copyOf(new byte[0]));
    }
}
