package dev.tegula.operations.backup;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.document.JsonFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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
     * @throws ConfigurationException if it is no catalogue, naming the entry and its key
     */
    public static List<EncryptedColumn> read(Path file) {
        JsonNode fields = JsonFile.read(file, SCHEMA).path("fields");
        if (!fields.isArray()) {
            throw new ConfigurationException("`fields` of " + file + " is no list.");
        }
        List<EncryptedColumn> columns = new ArrayList<>();
        for (JsonNode field : fields) {
            columns.add(
                    new CatalogueEntry(field, "Entry " + (columns.size() + 1) + " of `fields` in " + file).column());
        }
        return List.copyOf(columns);
    }
}
