package dev.tegula.cli.backup;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tegula.failure.ConfigurationException;
import java.io.IOException;
import java.nio.file.Path;

/** Reads documents of ours; a parser's message is never passed on, because it quotes its input. */
final class JsonFile {

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonFile() {}

    /**
     * Reads a document of the given schema.
     *
     * @throws ConfigurationException if it is none
     */
    static JsonNode read(Path file, String schema) {
        JsonNode root;
        try {
            root = MAPPER.readTree(file.toFile());
        } catch (IOException e) {
            throw new ConfigurationException(
                    "Cannot read " + file + " as JSON (" + e.getClass().getSimpleName() + ").");
        }
        if (root == null || !root.path("schema").asText().equals(schema)) {
            throw new ConfigurationException(file + ": a document of schema " + schema + " was expected.");
        }
        return root;
    }
}
