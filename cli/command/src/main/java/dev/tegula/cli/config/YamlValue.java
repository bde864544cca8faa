package dev.tegula.cli.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tegula.config.SettingValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A value in a YAML file. */
final class YamlValue implements SettingValue {

    private final String path;
    private final JsonNode node;
    private final Source source;

    private YamlValue(String path, JsonNode node, Source source) {
        this.path = path;
        this.node = node;
        this.source = source;
    }

    /**
     * What all values of a file have in common.
     *
     * @param lines the line of each name, by its path from the top
     * @param folder where the file is
     */
    record Source(Map<String, Integer> lines, Interpolation interpolation, Path folder) {}

    /** The whole file; empty if nothing stands there. */
    static Optional<SettingValue> of(String path, @Nullable JsonNode node, Source source) {
        return node == null || node.isNull() || node.isMissingNode()
                ? Optional.empty()
                : Optional.of(new YamlValue(path, node, source));
    }

    @Override
    public Kind kind() {
        if (node.isObject()) {
            return Kind.MAPPING;
        }
        if (node.isArray()) {
            return Kind.LIST;
        }
        return node.isTextual() || node.isBoolean() || node.isIntegralNumber() ? Kind.TEXT : Kind.OTHER;
    }

    @Override
    public List<String> names() {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Override
    public Optional<SettingValue> child(String name) {
        return of(at(name), node.get(name), source);
    }

    @Override
    public List<SettingValue> items() {
        List<SettingValue> items = new ArrayList<>();
        node.forEach(item -> items.add(new YamlValue(path, item, source)));
        return items;
    }

    @Override
    public Text text(String where) {
        Interpolation.Resolved resolved = source.interpolation().resolve(where, node.asText());
        return new Text(
                resolved.text(),
                resolved.variables().isEmpty() ? "file" : "environment " + String.join(", ", resolved.variables()));
    }

    @Override
    public String place(String name) {
        Integer line = source.lines().get(at(name));
        return line == null ? "" : " in line " + line;
    }

    @Override
    public Path folder() {
        return source.folder();
    }

    private String at(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
