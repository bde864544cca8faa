package dev.tegula.cli.config;

import dev.tegula.kms.ConfiguredKms;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads {@code tegula.kms}: each type has an adapter, and the adapter has settings of its own. */
final class KmsReader {

    private final Profile profile;
    private final Path folder;

    KmsReader(Profile profile, Path folder) {
        this.profile = profile;
        this.folder = folder;
    }

    Map<String, ConfiguredKms> read(ConfigurationNode tegula) {
        Map<String, ConfigurationNode> nodes = tegula.objects("kms");
        Map<String, ConfiguredKms> out = new LinkedHashMap<>();
        if (!nodes.isEmpty()) {
            KmsAdapters adapters = KmsAdapters.ofClassPath();
            nodes.forEach((name, node) -> out.put(name, read(adapters, node)));
        }
        return out;
    }

    private ConfiguredKms read(KmsAdapters adapters, ConfigurationNode node) {
        KmsAdapter adapter = adapters.of(node.path() + ".type", node.required("type"));
        KmsNode settings = KmsNode.of(node, profile, folder);
        ConfiguredKms read = adapter.read(settings);
        settings.requireAllRead();
        return read;
    }
}
