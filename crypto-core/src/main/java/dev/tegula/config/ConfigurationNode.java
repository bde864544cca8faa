package dev.tegula.config;

import dev.tegula.config.SettingValue.Kind;
import dev.tegula.failure.ConfigurationException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One mapping of a configuration: reads typed settings, notes where each came from, and knows its own path. */
final class ConfigurationNode {

    private final String path;
    private final @Nullable SettingValue value;
    private final Path folder;
    private final List<Setting> settings;

    ConfigurationNode(String path, @Nullable SettingValue value, Path folder, List<Setting> settings) {
        this.path = path;
        this.value = value;
        this.folder = value == null ? folder : value.folder();
        this.settings = settings;
        if (value != null && value.kind() != Kind.MAPPING) {
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
        if (value == null) {
            return this;
        }
        Set<String> allowed = new TreeSet<>(List.of(known));
        for (String key : value.names()) {
            if (allowed.stream().noneMatch(name -> value.isName(name, key))) {
                String meant = NameSuggestion.to(key, allowed)
                        .map(n -> "Did you mean `" + n + "`? ")
                        .orElse("");
                throw new ConfigurationException("Unknown setting `" + at(key) + "`" + value.place(key) + ". " + meant
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
        return new ConfigurationNode(at(key), child(key), folder, settings);
    }

    /** The mappings under a key, by name. */
    Map<String, ConfigurationNode> objects(String key) {
        ConfigurationNode parent = object(key);
        Map<String, ConfigurationNode> out = new LinkedHashMap<>();
        if (parent.value != null) {
            parent.value.names().forEach(name -> out.put(name, parent.object(name)));
        }
        return out;
    }

    String required(String key) {
        return text(key).orElseThrow(() -> new ConfigurationException(at(key) + " is missing."));
    }

    String text(String key, String fallback) {
        return text(key).orElseGet(() -> byDefault(key, fallback));
    }

    Optional<String> text(String key) {
        SettingValue child = child(key);
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

    /** A file or folder; a relative one starts beside the configuration. */
    Optional<Path> file(String key) {
        return text(key).map(folder::resolve);
    }

    /** The same, required. */
    Path requiredFile(String key) {
        return folder.resolve(required(key));
    }

    /** A text, or a list of texts. */
    List<String> texts(String key) {
        SettingValue child = child(key);
        if (child == null) {
            return List.of();
        }
        if (child.kind() != Kind.LIST) {
            return List.of(resolved(key, at(key), child));
        }
        List<String> out = new ArrayList<>();
        List<SettingValue> items = child.items();
        for (int i = 0; i < items.size(); i++) {
            out.add(resolved(key, at(key) + "[" + i + "]", items.get(i)));
        }
        return out;
    }

    private String resolved(String key, String where, SettingValue child) {
        if (child.kind() != Kind.TEXT) {
            throw new ConfigurationException(where + ": a text was expected. Put the value of `" + key
                    + "` in quotes, it reads as something else.");
        }
        SettingValue.Text text = child.text(where);
        settings.add(new Setting(where, text.value(), text.origin()));
        return text.value();
    }

    private String byDefault(String key, String text) {
        settings.add(new Setting(at(key), text, "default"));
        return text;
    }

    private String at(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private @Nullable SettingValue child(String key) {
        return value == null ? null : value.child(key).orElse(null);
    }
}
