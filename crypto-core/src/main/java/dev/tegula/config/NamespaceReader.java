package dev.tegula.config;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.MalformedException;
import dev.tegula.secret.SecretNamespaces;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Reads {@code tegula.secrets}: namespaces, and the KEK of each. In brackets, Spring Boot keeps the slash of a name. */
final class NamespaceReader {

    private NamespaceReader() {}

    static Map<String, String> read(ConfigurationNode tegula, Set<String> keks) {
        Map<String, String> out = new LinkedHashMap<>();
        tegula.objects("secrets").forEach((namespace, node) -> {
            String kek = node.only("kek").required("kek");
            if (!keks.contains(kek)) {
                String meant = NameSuggestion.to(kek, keks)
                        .map(n -> " Did you mean `" + n + "`?")
                        .orElse("");
                throw new ConfigurationException(node.path() + ".kek: there is no `" + kek
                        + "` under tegula.keks; it has " + keks + "." + meant);
            }
            out.put(namespace.replaceFirst("^\\[(.*)]$", "$1"), kek);
        });
        try {
            SecretNamespaces.of(out.keySet());
        } catch (MalformedException e) {
            throw new ConfigurationException("tegula.secrets: " + e.getMessage(), e);
        }
        return out;
    }
}
