package dev.tegula.operations.backup;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.MalformedException;
import dev.tegula.operations.document.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One blind index of a {@link CatalogueFile}. */
record IndexEntry(JsonNode json, String name) {

    private static final Set<String> KEYS =
            Set.of("schema", "table", "column", "next", "name", "bits", "perTenant", "parts", "unique", "origin");
    private static final Set<String> PART_KEYS = Set.of("field", "column", "normalizer", "version");

    static Map<String, Object> document(IndexColumn index) {
        return Json.object(
                "schema", index.schema(),
                "table", index.table(),
                "column", index.column(),
                "next", index.next().orElse(null),
                "name", index.name(),
                "bits", index.bits(),
                "perTenant", index.perTenant(),
                "parts",
                        index.parts().stream()
                                .map(part -> Json.object(
                                        "field", part.field().value(),
                                        "column", part.column().orElse(null),
                                        "normalizer", part.normalizer(),
                                        "version", part.version()))
                                .toList(),
                "unique", index.unique(),
                "origin", index.origin());
    }

    IndexColumn index() {
        StrictEntry entry = new StrictEntry(json, name);
        entry.requireKeys(KEYS);
        if (!json.path("parts").isArray()) {
            throw entry.wrong("parts", "must be a list of what the index is computed from");
        }
        List<IndexColumn.Part> parts = new ArrayList<>();
        for (JsonNode part : json.path("parts")) {
            parts.add(part(new StrictEntry(part, name + ", part " + (parts.size() + 1))));
        }
        try {
            return new IndexColumn(
                    entry.text("schema"),
                    entry.text("table"),
                    entry.text("column"),
                    json.hasNonNull("next") ? Optional.of(entry.text("next")) : Optional.empty(),
                    json.has("name") ? entry.text("name") : "",
                    entry.number("bits", 256),
                    entry.flag("perTenant", false),
                    parts,
                    IndexColumn.sorted(
                            json.has("unique")
                                    ? entry.texts("unique", "must be a list of the columns of a UNIQUE")
                                    : List.of()),
                    json.has("origin") ? entry.text("origin") : "");
        } catch (MalformedException e) {
            throw new ConfigurationException(name + ": " + e.getMessage());
        }
    }

    private static IndexColumn.Part part(StrictEntry entry) {
        entry.requireKeys(PART_KEYS);
        try {
            return new IndexColumn.Part(
                    FieldId.of(entry.text("field")),
                    entry.json().hasNonNull("column") ? Optional.of(entry.text("column")) : Optional.empty(),
                    entry.text("normalizer"),
                    entry.number("version", 1));
        } catch (MalformedException e) {
            throw new ConfigurationException(entry.name() + ": " + e.getMessage());
        }
    }
}
