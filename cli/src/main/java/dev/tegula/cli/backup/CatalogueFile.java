package dev.tegula.cli.backup;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.cli.output.Json;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Mode;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.MalformedException;
import dev.tegula.value.ValueType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The catalogue of encrypted columns as a document: what {@code fields list --json} prints and {@code fields import} reads. */
public final class CatalogueFile {

    private static final String SCHEMA = "tegula/fields/1";

    private CatalogueFile() {}

    /** The document. */
    public static Map<String, Object> document(List<EncryptedColumn> columns) {
        List<Object> fields = new ArrayList<>();
        columns.forEach(column -> fields.add(Json.object(
                "field", column.field().value(),
                "schema", column.schema(),
                "table", column.table(),
                "column", column.column(),
                "keyColumns", column.keyColumns(),
                "perTenant", column.perTenant(),
                "tenantColumn", column.tenantColumn().orElse(null),
                "mode", column.mode().name(),
                "type", column.type().name(),
                "sealNulls", column.sealNulls(),
                "origin", column.origin())));
        return Json.object("schema", SCHEMA, "fields", fields);
    }

    /**
     * Reads a file.
     *
     * @throws ConfigurationException if it is no catalogue
     */
    public static List<EncryptedColumn> read(Path file) {
        List<EncryptedColumn> columns = new ArrayList<>();
        for (JsonNode field : JsonFile.read(file, SCHEMA).path("fields")) {
            try {
                columns.add(column(field));
            } catch (MalformedException | IllegalArgumentException e) {
                throw new ConfigurationException("Field " + (columns.size() + 1) + " of " + file
                        + " is not as `tegula fields list --json` writes it.");
            }
        }
        return List.copyOf(columns);
    }

    private static EncryptedColumn column(JsonNode field) {
        List<String> keys = new ArrayList<>();
        field.path("keyColumns").forEach(key -> keys.add(key.asText()));
        String table = field.path("table").asText();
        String column = field.path("column").asText();
        if (table.isEmpty() || column.isEmpty() || keys.isEmpty()) {
            throw new IllegalArgumentException("no place");
        }
        return new EncryptedColumn(
                FieldId.of(field.path("field").asText()),
                field.path("schema").asText(),
                table,
                column,
                keys,
                field.path("perTenant").asBoolean(field.hasNonNull("tenantColumn")),
                field.hasNonNull("tenantColumn")
                        ? Optional.of(field.get("tenantColumn").asText())
                        : Optional.empty(),
                Mode.valueOf(field.path("mode").asText()),
                ValueType.valueOf(field.path("type").asText()),
                field.path("sealNulls").asBoolean(),
                field.path("origin").asText());
    }
}
