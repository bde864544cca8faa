package dev.tegula.operations.backup;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Mode;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.MalformedException;
import dev.tegula.value.ValueType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One column of a {@link CatalogueFile}, read strictly: whatever is wrong names the entry and its key. */
record CatalogueEntry(JsonNode json, String name) {

    private static final Set<String> KEYS = Set.of(
            "field",
            "schema",
            "table",
            "column",
            "keyColumns",
            "perTenant",
            "tenantColumn",
            "mode",
            "type",
            "sealNulls",
            "origin");

    EncryptedColumn column() {
        StrictEntry entry = new StrictEntry(json, name);
        entry.requireKeys(KEYS);
        Optional<String> tenant =
                json.hasNonNull("tenantColumn") ? Optional.of(entry.text("tenantColumn")) : Optional.empty();
        try {
            return new EncryptedColumn(
                    field(entry.text("field")),
                    entry.text("schema"),
                    entry.text("table"),
                    entry.text("column"),
                    entry.texts(
                            "keyColumns",
                            "must be a list of the columns of the primary key, in its order; [] where it has none"),
                    entry.flag("perTenant", tenant.isPresent()),
                    tenant,
                    json.has("mode") ? constant(entry, "mode", Mode.class) : Mode.FIELD,
                    constant(entry, "type", ValueType.class),
                    entry.flag("sealNulls", false),
                    json.has("origin") ? entry.text("origin") : "");
        } catch (MalformedException e) {
            throw new ConfigurationException(name + ": " + e.getMessage());
        }
    }

    private static <E extends Enum<E>> E constant(StrictEntry entry, String key, Class<E> type) {
        String text = entry.text(key);
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.name().equals(text))
                .findFirst()
                .orElseThrow(() -> entry.wrong(key, "must be one of " + List.of(type.getEnumConstants())));
    }

    /** One of a user, or that of secrets, whose column is listed like any other. */
    private static FieldId field(String name) {
        return name.equals(FieldId.SECRET.value()) ? FieldId.SECRET : FieldId.of(name);
    }
}
