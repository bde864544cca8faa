package dev.tegula.cli.exchange;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import dev.tegula.failure.RefusedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The text of files that are written, from entries that fit into them. */
final class TargetText {

    /** Of one Secret, as Kubernetes has it. */
    private static final int LONGEST_MANIFEST = 1 << 20;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper YAML = new ObjectMapper(
            YAMLFactory.builder().disable(YAMLGenerator.Feature.SPLIT_LINES).build());

    private TargetText() {}

    static byte[] dotenv(Map<String, byte[]> entries) {
        StringBuilder lines = new StringBuilder();
        entries.forEach((key, value) ->
                lines.append(key).append("='").append(text(value)).append("'\n"));
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }

    static byte[] json(Map<String, byte[]> entries) {
        Map<String, String> texts = new TreeMap<>();
        entries.forEach((key, value) -> texts.put(key, text(value)));
        try {
            return (JSON.writerWithDefaultPrettyPrinter().writeValueAsString(texts) + "\n")
                    .getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@link Properties} escapes; the date that it writes first is left out. */
    static byte[] properties(Map<String, byte[]> entries) {
        StringBuilder lines = new StringBuilder();
        entries.forEach((key, value) -> {
            Properties one = new Properties();
            one.setProperty(key, text(value));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try {
                one.store(out, null);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            lines.append(out.toString(StandardCharsets.ISO_8859_1)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .collect(Collectors.joining("\n", "", "\n")));
        });
        return lines.toString().getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] manifest(String name, Map<String, byte[]> entries) {
        Map<String, String> data = new TreeMap<>();
        entries.forEach((key, value) -> data.put(key, Base64.getEncoder().encodeToString(value)));
        Map<String, Object> manifest = new LinkedHashMap<>();
        manifest.put("apiVersion", "v1");
        manifest.put("kind", "Secret");
        manifest.put("metadata", Map.of("name", name));
        manifest.put("type", "Opaque");
        manifest.put("data", data);
        int length = entries.values().stream().mapToInt(value -> value.length).sum();
        if (length > LONGEST_MANIFEST) {
            throw new RefusedException(
                    "not-writable",
                    "Kubernetes takes at most 1 MiB in one Secret, and this would be more. Export it in parts.");
        }
        try {
            return YAML.writeValueAsBytes(manifest);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(byte[] value) {
        return new String(value, StandardCharsets.UTF_8);
    }
}
