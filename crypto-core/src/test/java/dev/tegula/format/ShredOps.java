package dev.tegula.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.cipher.RootKey;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.IntegrityException;
import dev.tegula.registry.Seal;
import dev.tegula.registry.SealDoor;
import dev.tegula.registry.SealedKind;
import dev.tegula.registry.ShredMark;
import java.nio.charset.StandardCharsets;

/** Marks of shredded tenants, and seals of receipts. */
final class ShredOps {

    private ShredOps() {}

    static void mark(VectorFile file) {
        Scope mark = ShredMark.of(
                TenantId.of(file.input().required("tenant").textValue()),
                file.input().required("secrets").booleanValue());
        JsonNode expected = file.json().required("expected");
        assertThat(mark.field().value()).isEqualTo(expected.required("field").textValue());
        assertThat(ShredMark.id(mark).hex())
                .isEqualTo(expected.required("keyId").textValue());
    }

    static void seal(VectorFile file) {
        byte[] document =
                file.input().required("row").required("document").textValue().getBytes(StandardCharsets.UTF_8);
        try (RootKey root = file.keys().get(0).open()) {
            if (!SealDoor.under(root).genuine(SealedKind.SHRED, Seal.copyOf(file.input("seal")), document)) {
                throw new IntegrityException("The seal does not verify.");
            }
        }
    }
}
