package dev.tegula.cli.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.failure.ConfigurationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One mapping of the file: reads typed settings, notes where each came from, and knows its own path. */
final class ConfigurationNode {

    private final String path;
    private final @Nullable JsonNode node;
    private final Map<String, Integer> lines;
    private final Interpolation interpolation;
    private final List<Setting> settings;

    ConfigurationNode(
            String path,
            @Nullable JsonNode node,
            Map<String, Integer> lines,
            Interpolation interpolation,
            List<Setting> settings) {
        this.path = path;
        this.lines = lines;
        this.node = node == null || node.isNull() || node.isMissingNode() ? null : node;
        this.interpolation = interpolation;
        this.settings = settings;
        if (this.node != null && !this.node.isObject()) {
            throw new ConfigurationException(path + ": expected a mapping (name: value), not another kind of value.");
        }
    }

    String path() {
        return path;
    }

    /**
     * Refuses every key that is not in the list.
     *
     * @throws ConfigurationException naming the key, its path and the nearest known key
     */
    ConfigurationNode only(String... known) {
        Set<String> allowed = new TreeSet<>(List.of(known));
        for (String key : names()) {
            if (!allowed.contains(key)) {
                String meant = NameSuggestion.to(key, allowed)
                        .map(n -> "Did you mean `" + n + "`? ")
                        .orElse("");
                throw new ConfigurationException("Unknown setting `" + at(key) + "`" + line(key) + ". " + meant
                        + "Known under " + path + ": " + String.join(", ", allowed) + ".");
            }
        }
        return this;
    }

    /**
     * Refuses a key under which somebody would write a secret; what stands there is not quoted.
     *
     * @throws ConfigurationException saying where the secret belongs
     */
    ConfigurationNode noSecret(String key, String instead) {
        if (child(key) != null) {
            throw new ConfigurationException(at(key) + ": no secret stands in this file. Its place is " + instead
                    + (instead.endsWith("-file") ? ", which names a file of mode 0600." : "."));
        }
        return this;
    }

    /** The mapping under a key; empty if there is none. */
    ConfigurationNode object(String key) {
        return new ConfigurationNode(at(key), child(key), lines, interpolation, settings);
    }

    /** The mappings under a key, by name. */
    Map<String, ConfigurationNode> objects(String key) {
        ConfigurationNode parent = object(key);
        Map<String, ConfigurationNode> out = new LinkedHashMap<>();
        parent.names().forEach(name -> out.put(name, parent.object(name)));
        return out;
    }

    String required(String key) {
        return text(key).orElseThrow(() -> new ConfigurationException(at(key) + " is missing."));
    }

    String text(String key, String fallback) {
        return text(key).orElseGet(() -> byDefault(key, fallback));
    }

    Optional<String> text(String key) {
        JsonNode child = child(key);
        return child == null ? Optional.empty() : Optional.of(resolved(key, at(key), child));
    }

    boolean flag(String key, boolean fallback) {
        String text = text(key, Boolean.toString(fallback));
        if (!text.equals("true") && !text.equals("false")) {
            throw new ConfigurationException(at(key) + ": expected true or false, not `" + text + "`.");
        }
        return text.equals("true");
    }

    Duration duration(String key, String fallback) {
        return Durations.parse(at(key), text(key, fallback));
    }

    Optional<Duration> duration(String key) {
        return text(key).map(text -> Durations.parse(at(key), text));
    }

    /** A text, or a list of texts. */
    List<String> texts(String key) {
        JsonNode child = child(key);
        if (child == null) {
            return List.of();
        }
        if (!child.isArray()) {
            return List.of(resolved(key, at(key), child));
        }
        List<String> out = new ArrayList<>();
        for (int i = 0; i < child.size(); i++) {
            out.add(resolved(key, at(key) + "[" + i + "]", child.get(i)));
        }
        return out;
    }

    private String resolved(String key, String where, JsonNode value) {
        if (!value.isTextual() && !value.isBoolean() && !value.isIntegralNumber()) {
            throw new ConfigurationException(where + ": a text was expected. Put the value of `" + key
                    + "` in quotes, it reads as something else.");
        }
        Interpolation.Resolved resolved = interpolation.resolve(where, value.asText());
        String origin =
                resolved.variables().isEmpty() ? "file" : "environment " + String.join(", ", resolved.variables());
        settings.add(new Setting(where, resolved.text(), origin));
        return resolved.text();
    }

    private String byDefault(String key, String value) {
        settings.add(new Setting(at(key), value, "default"));
        return value;
    }

    private String line(String key) {
        Integer line = lines.get(at(key));
        return line == null ? "" : " in line " + line;
    }

    private String at(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private @Nullable JsonNode child(String key) {
        JsonNode child = node == null ? null : node.get(key);
        return child == null || child.isNull() ? null : child;
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        if (node != null) {
            node.fieldNames().forEachRemaining(names::add);
        }
        return names;
    }
}
