package dev.tegula.cli.exchange;

import java.util.List;
import java.util.Locale;

/** Files that are read. */
public enum SourceFormat {
    /** Lines NAME=VALUE as programs in many languages read them. */
    DOTENV,
    /** One object, whose objects are levels of names; also what {@code vault kv get -format=json} prints. */
    JSON,
    /** As {@link java.util.Properties} reads it. */
    PROPERTIES,
    /** One mapping, whose mappings are levels of names. */
    YAML;

    /** Its name as an option has it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    List<SourceEntry> read(String text, Problems problems) {
        return switch (this) {
            case DOTENV -> new DotenvSource(text, problems).read();
            case JSON -> JsonSource.read(text, problems);
            case PROPERTIES -> PropertiesSource.read(text, problems);
            case YAML -> YamlSource.read(text, problems);
        };
    }

    /** Whether Spring reads such files, and puts other values in the place of placeholders. */
    boolean hasPlaceholders() {
        return this == PROPERTIES || this == YAML;
    }
}
