package dev.tegula.cli.setup;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The KMS of a new {@code tegula.yaml}, as it will stand there: a type, and settings that its adapter reads. */
public final class NewKms {

    private final String name;
    private final String type;
    private final String why;
    private final Map<String, Setting> settings = new LinkedHashMap<>();

    private NewKms(String name, String type, String why) {
        this.name = name;
        this.type = type;
        this.why = why;
    }

    private record Setting(Object value, String why) {}

    /**
     * A KMS without settings yet.
     *
     * @param name under {@code tegula.kms}
     * @param type of its adapter
     * @param why a word about the type; empty for none
     */
    public static NewKms of(String name, String type, String why) {
        return new NewKms(name, type, why);
    }

    /** A keyset in a file, which {@code init} makes; files may be relative to the configuration. */
    public static NewKms keyset(Path keyset, Path passphraseFile) {
        return of("local", "tink", "a keyset in a file").with("keyset", keyset).with("passphrase-file", passphraseFile);
    }

    /** The same with a setting more; a dot in its name leads into a mapping. */
    public NewKms with(String key, Object value) {
        return with(key, value, "");
    }

    /** The same with a word about the setting. */
    public NewKms with(String key, Object value, String word) {
        NewKms more = new NewKms(name, type, why);
        more.settings.putAll(settings);
        more.settings.put(key, new Setting(value, word));
        return more;
    }

    /** Its name under {@code tegula.kms}. */
    public String name() {
        return name;
    }

    void write(YamlText yaml) {
        yaml.begin(name).line("type", type, why);
        write(yaml, settings);
        yaml.end();
    }

    private static void write(YamlText yaml, Map<String, Setting> settings) {
        List<String> open = new ArrayList<>();
        settings.forEach((key, setting) -> {
            int dot = key.indexOf('.');
            if (dot < 0) {
                yaml.line(key, setting.value(), setting.why());
            } else if (!open.contains(key.substring(0, dot))) {
                String group = key.substring(0, dot);
                open.add(group);
                yaml.begin(group);
                write(yaml, below(settings, group + "."));
                yaml.end();
            }
        });
    }

    private static Map<String, Setting> below(Map<String, Setting> settings, String prefix) {
        Map<String, Setting> below = new LinkedHashMap<>();
        settings.forEach((key, setting) -> {
            if (key.startsWith(prefix)) {
                below.put(key.substring(prefix.length()), setting);
            }
        });
        return below;
    }
}
