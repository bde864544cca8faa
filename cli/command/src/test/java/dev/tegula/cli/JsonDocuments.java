package dev.tegula.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Documents of the command line and the schemas that describe them. */
public final class JsonDocuments {

    /** Where the schemas are. */
    public static final Path FOLDER =
            Path.of(System.getProperty("basedir", ".")).resolve("../../docs/json");

    private static final String DRY_RUN = "tegula/dry-run/1";
    private static final ObjectMapper JSON = new ObjectMapper();

    private JsonDocuments() {}

    /** Fails unless all that a command with {@code --json} printed is documents of schemas that have a file. */
    static void require(Transcript run, List<String> arguments) {
        run.out().lines().forEach(line -> {
            String schema = schema(requireDocument(line));
            boolean dry = arguments.contains("--dry-run") && !schema.equals("tegula/error/1");
            if (dry != schema.equals(DRY_RUN)) {
                throw new AssertionError(String.join(" ", arguments) + " answers with " + schema);
            }
        });
        run.err().lines().forEach(JsonDocuments::requireDocument);
    }

    /** The document in a line; fails unless its schema has a file that takes it. */
    public static JsonNode requireDocument(String line) {
        JsonNode document = read(line);
        Path file = FOLDER.resolve(fileName(schema(document)));
        if (!Files.exists(file)) {
            throw new AssertionError("There is no " + file + " for\n" + line);
        }
        List<String> faults = faults(file, document);
        if (!faults.isEmpty()) {
            throw new AssertionError(file.getFileName() + " refuses, " + String.join("; ", faults) + ":\n" + line);
        }
        return document;
    }

    /** The name of its schema, for example {@code tegula/error/1}. */
    public static String schema(JsonNode document) {
        return document.path("schema").asText();
    }

    /** The file of a schema name, for example {@code error-1.schema.json}. */
    public static String fileName(String schema) {
        return schema.replaceFirst("^tegula/", "").replace('/', '-') + ".schema.json";
    }

    /** What is wrong with a document; empty if nothing is. */
    public static List<String> faults(Path schema, JsonNode document) {
        try {
            return JsonSchemaFactory.getInstance(VersionFlag.V202012)
                    .getSchema(JSON.readTree(schema.toFile()))
                    .validate(document)
                    .stream()
                    .map(ValidationMessage::getMessage)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode read(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new AssertionError("No JSON: " + line, e);
        }
    }
}
