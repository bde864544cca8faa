package dev.tegula.operations.backup;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.catalogue.IndexColumn;
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

    /**
     * What a file says.
     *
     * @param columns encrypted columns
     * @param indexes blind indexes of them
     */
    public record Contents(List<EncryptedColumn> columns, List<IndexColumn> indexes) {

        /** Copies both. */
        public Contents {
            columns = List.copyOf(columns);
            indexes = List.copyOf(indexes);
        }
    }

    /** The document. */
    public static Map<String, Object> document(List<EncryptedColumn> columns, List<IndexColumn> indexes) {
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
        return Json.object(
                "schema",
                SCHEMA,
                "fields",
                fields,
                "indexes",
                indexes.stream().map(IndexEntry::document).toList());
    }

    /**
     * Reads a file.
     *
     * @throws ConfigurationException if it is no catalogue, naming the entry and its key
     */
    public static Contents read(Path file) {
        JsonNode document = JsonFile.read(file, SCHEMA);
        JsonNode fields = document.path("fields");
        if (!fields.isArray()) {
            throw new ConfigurationException("`fields` of " + file + " is no list.");
        }
        List<EncryptedColumn> columns = new ArrayList<>();
        for (JsonNode field : fields) {
            columns.add(
                    new CatalogueEntry(field, "Entry " + (columns.size() + 1) + " of `fields` in " + file).column());
        }
        return new Contents(columns, indexes(document.path("indexes"), file));
    }

    /** Files of before there were any have none. */
    private static List<IndexColumn> indexes(JsonNode list, Path file) {
        if (!list.isMissingNode() && !list.isArray()) {
            throw new ConfigurationException("`indexes` of " + file + " is no list.");
        }
        List<IndexColumn> indexes = new ArrayList<>();
        for (JsonNode index : list) {
            indexes.add(new IndexEntry(index, "Entry " + (indexes.size() + 1) + " of `indexes` in " + file).index());
        }
        return indexes;
    }
}
