package dev.tegula.operations.backup;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Mode;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.MalformedException;
import dev.tegula.value.ValueType;
import java.util.ArrayList;
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
        if (!json.isObject()) {
            throw new ConfigurationException(name + " is no object.");
        }
        json.fieldNames().forEachRemaining(key -> {
            if (!KEYS.contains(key)) {
                throw wrong(
                        key, "is not known; known are " + KEYS.stream().sorted().toList());
            }
        });
        Optional<String> tenant =
                json.hasNonNull("tenantColumn") ? Optional.of(text("tenantColumn")) : Optional.empty();
        try {
            return new EncryptedColumn(
                    FieldId.of(text("field")),
                    text("schema"),
                    text("table"),
                    text("column"),
                    keyColumns(),
                    flag("perTenant", tenant.isPresent()),
                    tenant,
                    json.has("mode") ? constant("mode", Mode.class) : Mode.FIELD,
                    constant("type", ValueType.class),
                    flag("sealNulls", false),
                    json.has("origin") ? text("origin") : "");
        } catch (MalformedException e) {
            throw new ConfigurationException(name + ": " + e.getMessage());
        }
    }

    private List<String> keyColumns() {
        JsonNode list = json.path("keyColumns");
        if (!list.isArray()) {
            throw wrong(
                    "keyColumns",
                    "must be a list of the columns of the primary key, in its order; [] where it has none");
        }
        List<String> keys = new ArrayList<>();
        list.forEach(key -> keys.add(text("keyColumns", key)));
        return keys;
    }

    private String text(String key) {
        return text(key, json.path(key));
    }

    private String text(String key, JsonNode value) {
        if (!value.isTextual()) {
            throw wrong(key, value.isMissingNode() ? "is missing" : "must be text");
        }
        return value.textValue();
    }

    private boolean flag(String key, boolean otherwise) {
        JsonNode value = json.path(key);
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw wrong(key, "must be true or false");
        }
        return value.asBoolean(otherwise);
    }

    private <E extends Enum<E>> E constant(String key, Class<E> type) {
        String text = text(key);
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.name().equals(text))
                .findFirst()
                .orElseThrow(() -> wrong(key, "must be one of " + List.of(type.getEnumConstants())));
    }

    private ConfigurationException wrong(String key, String what) {
        return new ConfigurationException(name + ": `" + key + "` " + what + ".");
    }
}
