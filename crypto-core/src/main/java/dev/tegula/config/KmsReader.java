package dev.tegula.config;

import dev.tegula.kms.ConfiguredKms;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads {@code tegula.kms}: each type has an adapter, and the adapter has settings of its own. */
final class KmsReader {

    private final Profile profile;

    KmsReader(Profile profile) {
        this.profile = profile;
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
        KmsNode settings = KmsNode.of(node, profile);
        ConfiguredKms read = adapter.read(settings);
        settings.requireAllRead();
        return read;
    }
}
