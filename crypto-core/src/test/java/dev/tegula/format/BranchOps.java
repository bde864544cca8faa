package dev.tegula.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.cipher.RootKey;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Suite;
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

/** Roots under branch keys, in a registry whose rows are sealed and whose branch keys open at a KMS. */
final class BranchOps {

    private static final Suite SUITE = Suite.XAES_256_GCM;

    private final ContextKms kms = new ContextKms();
    private final InMemoryKeyRegistry registry = new InMemoryKeyRegistry();
    private final KeyWrapping wrapping;
    private final RegistrySeal seal;

    private BranchOps(String deployment) {
        Keks.Binding kek = new Keks.Binding(kms.kek("key"), List.of("*"), false);
        wrapping = new KeyWrapping(deployment, Keks.of(Map.of("main", kek, "spare", kek, "other", kek)));
        KeyId pin = KeyLifecycle.initialise(registry, wrapping, "main", InstantSource.system());
        seal = RegistrySeal.open(registry, wrapping, List.of(pin));
    }

    static void field(VectorFile file) {
        assertThat(FieldId.ofBranch(file.text("alias")).value())
                .isEqualTo(file.expectedNode("field").textValue());
    }

    static void unwrap(VectorFile file) {
        BranchOps made = new BranchOps(file.text("deployment"));
        file.json().path("keys").forEach(made::insert);
        KeyRow row = row(file.input().required("row"));
        try (RootKey root = made.wrapping.knowing(made.registry, made.seal).unwrap(row)) {
            assertThat(root.copyForWrapping()).isEqualTo(file.expected("root"));
        }
    }

    private void insert(JsonNode key) {
        String alias = key.required("kekAlias").textValue();
        byte[] bytes = VectorFile.hex(key.required("root"));
        try (RootKey root = RootKey.takeOwnership(bytes)) {
            KeyId id = root.keyId(SUITE, VectorFile.scope(key));
            WrappedKey wrapped = wrapping.wrap(root, id, VectorFile.scope(key), SUITE, alias);
            KeyRow inserted = registry.change(change -> {
                KeyRow row = new KeyRow(
                        id,
                        VectorFile.scope(key),
                        key.required("version").intValue(),
                        SUITE,
                        KeyState.DECRYPT_ONLY,
                        change.nextRev(seal::genuine),
                        kms.provider(),
                        alias,
                        Optional.of(wrapped),
                        new KeyRow.Times(Instant.EPOCH, null, null, null),
                        Seal.copyOf(new byte[0]));
                change.insert(seal.seal(row));
                return row;
            });
            assertThat(inserted.keyId()).isEqualTo(id);
        }
    }

    private static KeyRow row(JsonNode row) {
        return new KeyRow(
                KeyId.copyOf(VectorFile.hex(row.required("keyId"))),
                VectorFile.scope(row),
                1,
                SUITE,
                KeyState.DECRYPT_ONLY,
                1,
                Keks.BRANCH_PROVIDER,
                row.required("kekAlias").textValue(),
                Optional.of(WrappedKey.copyOf(
                        VectorFile.hex(row.required("wrapped")),
                        row.required("kekVersion").textValue())),
                new KeyRow.Times(Instant.EPOCH, null, null, null),
                Seal.copyOf(new byte[0]));
    }
}
