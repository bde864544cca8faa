package dev.tegula.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.cipher.RootKey;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Mode;
import dev.tegula.failure.IntegrityException;
import dev.tegula.registry.RegistrySeal;
import dev.tegula.registry.Seal;
import dev.tegula.registry.SealDoor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Catalogue rows with a seal. */
final class CatalogueSealOp {

    private CatalogueSealOp() {}

    static void run(VectorFile file) {
        try (RootKey root = file.keys().get(0).open()) {
            RegistrySeal seal = SealDoor.under(root);
            EncryptedColumn column = column(file.input().required("row"));
            Seal given = Seal.copyOf(file.input("seal"));
            if (!seal.genuine(column, given)) {
                throw new IntegrityException("The seal does not verify.");
            }
            assertThat(seal.seal(column)).isEqualTo(given);
        }
    }

    private static EncryptedColumn column(JsonNode row) {
        List<String> keys = new ArrayList<>();
        row.required("keyColumns").forEach(key -> keys.add(key.textValue()));
        return new EncryptedColumn(
                FieldId.of(row.required("field").textValue()),
                row.required("schema").textValue(),
                row.required("table").textValue(),
                row.required("column").textValue(),
                keys,
                row.required("perTenant").booleanValue(),
                Optional.ofNullable(row.required("tenantColumn").textValue()),
                Mode.valueOf(row.required("mode").textValue()),
                Mapped.named(row.required("type").textValue()).codec().type(),
                row.required("sealNulls").booleanValue(),
                row.required("origin").textValue());
    }
}
