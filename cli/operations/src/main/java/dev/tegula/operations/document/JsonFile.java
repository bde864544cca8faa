package dev.tegula.operations.document;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tegula.envelope.StrictText;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.MalformedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads documents that Tegula wrote; a parser's message is never passed on, because it quotes its input. */
public final class JsonFile {

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
    public static JsonNode read(Path file, String schema) {
        JsonNode root;
        try {
            byte[] bytes = Files.readAllBytes(file);
            root = MAPPER.readTree(StrictText.decode("file", bytes, 0, bytes.length));
        } catch (MalformedException e) {
            throw new ConfigurationException(file + " is not UTF-8; a document of schema " + schema + " was expected.");
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            throw new ConfigurationException("Cannot read " + file + " as JSON"
                    + (at == null ? "" : ", line " + at.getLineNr() + ", column " + at.getColumnNr())
                    + ": it was cut, or edited, or a member stands twice; take another copy of it.");
        } catch (IOException e) {
            throw new ConfigurationException(
                    "Cannot read " + file + " as JSON (" + e.getClass().getSimpleName() + ").");
        }
        if (root == null || !schema.equals(root.path("schema").textValue())) {
            throw new ConfigurationException(file + ": at schema: a document of " + schema + " was expected.");
        }
        return root;
    }
}
