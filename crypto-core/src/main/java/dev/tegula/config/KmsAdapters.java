package dev.tegula.config;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.kms.KmsProvider;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.Set;
import java.util.TreeMap;

/** The KMS adapters on the class path, Tegula's own and others, by the type that a configuration names. */
final class KmsAdapters {

    /** Types whose adapters are modules of this release. */
    private static final Set<String> OURS = Set.of("aws", "tink", "vault");

    private final Map<String, KmsAdapter> byType;

    private KmsAdapters(Map<String, KmsAdapter> byType) {
        this.byType = byType;
    }

    /**
     * Finds them. One that cannot be loaded is not passed over: somebody put its jar there to be used.
     *
     * @throws ConfigurationException for one that cannot be loaded, or two of one type
     */
    static KmsAdapters ofClassPath() {
        Map<String, KmsAdapter> byType = new TreeMap<>();
        try {
            for (KmsProvider provider : ClassPathServices.of(KmsProvider.class)) {
                KmsAdapter adapter = KmsAdapter.of(provider);
                KmsAdapter other = byType.putIfAbsent(adapter.type(), adapter);
                if (other != null) {
                    throw new ConfigurationException("Two KMS adapters on the class path have the type `"
                            + adapter.type() + "`: " + other + " and " + adapter
                            + ". Take one of them off the class path, or give it another type.");
                }
            }
        } catch (ServiceConfigurationError | LinkageError e) {
            // The JDK lets a class through that does not link: its superclass is missing, or it needs a newer Java.
            throw notLoaded(e);
        }
        return new KmsAdapters(byType);
    }

    /**
     * The adapter of a type.
     *
     * @param setting where the type stands, for the message
     * @throws ConfigurationException if there is none; it names those that there are
     */
    KmsAdapter of(String setting, String type) {
        KmsAdapter found = byType.get(type);
        if (found == null) {
            throw new ConfigurationException(setting + ": no KMS adapter has the type `" + type
                    + "`; the class path has " + String.join(", ", byType.keySet()) + "."
                    + NameSuggestion.to(type, byType.keySet())
                            .map(n -> " Did you mean `" + n + "`?")
                            .orElse("")
                    + (OURS.contains(type) ? " Add tegula-kms-" + type + " to the class path." : "")
                    + " The jar of an adapter of your own stands on the class path beside tegula.jar: see"
                    + " docs/kms-adapters.md.");
        }
        return found;
    }

    /** The JDK's message names classes and files only; what the constructor said may hold anything. */
    private static ConfigurationException notLoaded(Error e) {
        String said = String.valueOf(e.getMessage()).replace(KmsProvider.class.getName() + ": ", "");
        Throwable cause = e.getCause();
        return new ConfigurationException(
                "A KMS adapter on the class path cannot be loaded: " + said
                        + (cause == null ? "" : " (" + KmsAdapter.reason(cause) + ")")
                        + ". Correct META-INF/services/" + KmsProvider.class.getName()
                        + " in its jar or the class that it names, or take the jar off the class path.",
                e);
    }
}
