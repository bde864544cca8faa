package dev.tegula.cli.setup;

import dev.tegula.config.Configuration;
import dev.tegula.config.Setting;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Whether a configuration says already what options of {@code init} would write. */
public final class SameValues {

    /** Where a value of an option stands in the file that {@code init} writes. */
    private static final Map<String, String> PLACES = Map.ofEntries(
            Map.entry("--url", "databases.*.url"),
            Map.entry("--username", "databases.*.username"),
            Map.entry("--password-file", "databases.*.password-file"),
            Map.entry("--deployment", "deployment"),
            Map.entry("--profile", "profile"),
            Map.entry("--keyset", "kms.local.keyset"),
            Map.entry("--passphrase-file", "kms.local.passphrase-file"),
            Map.entry("--key", "keks.main.key"),
            Map.entry("--vault", "kms.vault.address"),
            Map.entry("--vault-namespace", "kms.vault.namespace"),
            Map.entry("--vault-mount", "kms.vault.mount"),
            Map.entry("--vault-ca-file", "kms.vault.ca-file"),
            Map.entry("--vault-token-file", "kms.vault.auth.token-file"),
            Map.entry("--vault-role-id", "kms.vault.auth.role-id"),
            Map.entry("--vault-secret-id-file", "kms.vault.auth.secret-id-file"),
            Map.entry("--vault-wrapped", "kms.vault.auth.wrapped"),
            Map.entry("--vault-kubernetes-role", "kms.vault.auth.role"),
            Map.entry("--aws-region", "kms.aws.region"),
            Map.entry("--aws-endpoint", "kms.aws.endpoint"));

    private SameValues() {}

    /** The options whose values the configuration does not say, in their order. */
    public static List<String> others(List<String> options, Configuration asked, Configuration there, String database) {
        Map<String, String> wanted = values(asked);
        Map<String, String> found = values(there);
        return options.stream()
                .filter(option -> {
                    if (option.startsWith("--kms-")) {
                        return !sameKms(wanted, found);
                    }
                    String place = PLACES.get(option);
                    String path = "tegula." + String.valueOf(place).replace("*", database);
                    return place == null
                            || !wanted.containsKey(path)
                            || !wanted.get(path).equals(found.get(path));
                })
                .distinct()
                .toList();
    }

    /** A KMS of any adapter: all that is asked for it stands there. */
    private static boolean sameKms(Map<String, String> wanted, Map<String, String> found) {
        return wanted.entrySet().stream()
                .filter(setting -> setting.getKey().startsWith("tegula.kms."))
                .allMatch(setting -> setting.getValue().equals(found.get(setting.getKey())));
    }

    private static Map<String, String> values(Configuration configuration) {
        return configuration.settings().stream()
                .collect(Collectors.toMap(Setting::path, Setting::value, (first, last) -> last));
    }
}
