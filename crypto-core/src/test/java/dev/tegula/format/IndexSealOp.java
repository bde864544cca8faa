package dev.tegula.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.cipher.RootKey;
import dev.tegula.envelope.FieldId;
import dev.tegula.failure.IntegrityException;
import dev.tegula.registry.RegistrySeal;
import dev.tegula.registry.Seal;
import dev.tegula.registry.SealDoor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Rows of blind indexes with a seal. */
final class IndexSealOp {

    private IndexSealOp() {}

    static void run(VectorFile file) {
        try (RootKey root = file.keys().get(0).open()) {
            RegistrySeal seal = SealDoor.under(root);
            IndexColumn index = index(file.input().required("row"));
            Seal given = Seal.copyOf(file.input("seal"));
            if (!seal.genuine(index, given)) {
                throw new IntegrityException("The seal does not verify.");
            }
            assertThat(seal.seal(index)).isEqualTo(given);
        }
    }

    private static IndexColumn index(JsonNode row) {
        List<IndexColumn.Part> parts = new ArrayList<>();
        row.required("parts")
                .forEach(part -> parts.add(new IndexColumn.Part(
                        new FieldId(part.required("field").textValue()),
                        Optional.ofNullable(part.required("column").textValue()),
                        part.required("normalizer").textValue(),
                        part.required("version").intValue())));
        List<String> unique = new ArrayList<>();
        row.required("unique").forEach(name -> unique.add(name.textValue()));
        return new IndexColumn(
                row.required("schema").textValue(),
                row.required("table").textValue(),
                row.required("column").textValue(),
                Optional.ofNullable(row.required("next").textValue()),
                row.required("name").textValue(),
                row.required("bits").intValue(),
                row.required("perTenant").booleanValue(),
                parts,
                unique,
                row.required("origin").textValue());
    }
}
