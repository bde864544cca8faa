package dev.tegula.spring;

import dev.tegula.config.SettingValue;
import dev.tegula.failure.ConfigurationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.core.env.PropertyResolver;
import org.springframework.core.io.Resource;

/**
 * A value below {@code tegula} in the properties of the application. Names are known in every spelling that Spring Boot
 * knows: {@code cache-ttl}, {@code cache_ttl}, {@code cacheTtl}.
 */
final class PropertyValue implements SettingValue {

    private final PropertyResolver variables;
    /** By the name without hyphens and capitals, as Spring Boot compares them. */
    private final Map<String, Named> children = new LinkedHashMap<>();

    private @Nullable ConfigurationProperty property;
    private boolean indexed;

    PropertyValue(PropertyResolver variables) {
        this.variables = variables;
    }

    private record Named(String name, PropertyValue value) {}

    /** Takes a property, unless one that goes before it has said something of the same place. */
    void add(ConfigurationPropertyName name, int from, ConfigurationProperty found, Object source) {
        if (from == name.getNumberOfElements()) {
            if (property == null && children.isEmpty()) {
                property = found;
            }
            return;
        }
        if (property != null && !blank(property)) {
            return;
        }
        boolean index = name.isNumericIndex(from);
        if (index && indexed && first().filter(value -> value.isOf(source)).isEmpty()) {
            return;
        }
        indexed |= index;
        children.computeIfAbsent(
                        name.getElement(from, Form.UNIFORM),
                        key -> new Named(name.getElement(from, Form.ORIGINAL), new PropertyValue(variables)))
                .value()
                .add(name, from + 1, found, source);
    }

    /** A list comes from one source as a whole. */
    private boolean isOf(Object source) {
        return property != null
                ? property.getSource() == source
                : first().filter(value -> value.isOf(source)).isPresent();
    }

    private Optional<PropertyValue> first() {
        return children.values().stream().map(Named::value).findFirst();
    }

    /** What an empty mapping of YAML comes as. */
    private static boolean blank(ConfigurationProperty property) {
        return property.getValue() instanceof CharSequence text && text.isEmpty();
    }

    @Override
    public Kind kind() {
        if (!children.isEmpty()) {
            return indexed ? Kind.LIST : Kind.MAPPING;
        }
        Object value = property == null ? "" : property.getValue();
        if (value.equals("")) {
            return Kind.MAPPING;
        }
        return value instanceof Double || value instanceof Float || !isText(value) ? Kind.OTHER : Kind.TEXT;
    }

    private static boolean isText(Object value) {
        return value instanceof CharSequence || value instanceof Number || value instanceof Boolean;
    }

    @Override
    public List<String> names() {
        return children.values().stream().map(Named::name).toList();
    }

    @Override
    public Optional<SettingValue> child(String name) {
        // What stands in brackets is compared as it is.
        Named found = children.containsKey(name) ? children.get(name) : children.get(uniform(name));
        return found == null || found.value().isEmpty() ? Optional.empty() : Optional.of(found.value());
    }

    private boolean isEmpty() {
        return children.isEmpty() && (property == null || blank(property));
    }

    @Override
    public List<SettingValue> items() {
        return indexed
                ? children.values().stream()
                        .map(named -> (SettingValue) named.value())
                        .toList()
                : List.of();
    }

    @Override
    public Text text(String path) {
        ConfigurationProperty found = property;
        if (found == null) {
            throw new IllegalStateException("Only a text is read as one.");
        }
        try {
            return new Text(
                    variables.resolveRequiredPlaceholders(String.valueOf(found.getValue())),
                    found.getOrigin() == null
                            ? found.getName().toString()
                            : found.getOrigin().toString());
        } catch (IllegalArgumentException e) {
            // Spring's message quotes the whole value.
            throw new ConfigurationException(path + place(found.getOrigin())
                    + ": a variable in it is not set. Set it, or write ${NAME:default}.");
        }
    }

    @Override
    public String place(String name) {
        Named found = children.get(uniform(name));
        return found == null ? "" : place(found.value().origin());
    }

    private static String place(@Nullable Origin origin) {
        return origin == null ? "" : " (" + origin + ")";
    }

    private @Nullable Origin origin() {
        return property != null
                ? property.getOrigin()
                : first().map(PropertyValue::origin).orElse(null);
    }

    /** Beside the file that the first value of the mapping stands in; else where the process runs. */
    @Override
    public Path folder() {
        Origin origin = origin();
        if (origin instanceof PropertySourceOrigin wrapped && wrapped.getOrigin() != null) {
            origin = wrapped.getOrigin();
        }
        Resource resource = origin instanceof TextResourceOrigin text ? text.getResource() : null;
        try {
            Path file = resource == null || !resource.isFile() || inClassPath(resource)
                    ? null
                    : resource.getFile().toPath().toAbsolutePath().getParent();
            return file == null ? Path.of("") : file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Nothing stands beside a file in a jar, nor is it there while one develops. */
    private static boolean inClassPath(Resource resource) {
        return resource.getDescription().startsWith("class path resource");
    }

    @Override
    public boolean isName(String known, String written) {
        return uniform(known).equals(uniform(written));
    }

    private static String uniform(String name) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c != '-' && c != '_') {
                out.append(Character.toLowerCase(c));
            }
        }
        return out.toString();
    }
}
