package dev.tegula.cli.config;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.kms.ConfiguredKms;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Turns the tree into typed settings, refusing what it does not know and what would be unsafe. */
final class ConfigurationReader {

    private static final Pattern PIN = Pattern.compile("[0-9a-f]{64}");
    private static final Duration LONGEST_LEASE = Duration.ofMinutes(3);

    private ConfigurationReader() {}

    static Configuration read(Path file, ConfigurationNode tegula, List<Setting> settings) {
        tegula.only("deployment", "profile", "registry-pin", "kms", "keks", "keys", "destroy", "databases");
        String deployment = tegula.required("deployment");
        Profile profile = profile(tegula);
        List<String> pins = pins(tegula);
        Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("."));
        Map<String, ConfiguredKms> kms = new KmsReader(profile, folder).read(tegula);
        Map<String, KekSettings> keks = keks(tegula, kms);
        KeySettings keys = keys(tegula);
        Map<String, DatabaseSettings> databases = new LinkedHashMap<>();
        tegula.objects("databases").forEach((name, node) -> databases.put(name, database(name, node, pins, folder)));
        return new Configuration(file, deployment, profile, kms, keks, keys, destroy(tegula), databases, settings);
    }

    private static DestroySettings destroy(ConfigurationNode tegula) {
        ConfigurationNode node = tegula.object("destroy").only("exclude", "megabytes-per-second");
        List<String> exclude = node.texts("exclude");
        for (String name : exclude) {
            if (!name.matches("[^.]+\\..+")) {
                throw new ConfigurationException(
                        "tegula.destroy.exclude: expected names like `public.archive`, not `" + name + "`.");
            }
        }
        String rate = node.text("megabytes-per-second", "100");
        if (!rate.matches("\\d{1,6}")) {
            throw new ConfigurationException(
                    "tegula.destroy.megabytes-per-second: expected a whole number (0 for no limit), not `" + rate
                            + "`.");
        }
        return new DestroySettings(exclude, Integer.parseInt(rate));
    }

    private static Profile profile(ConfigurationNode tegula) {
        String text = tegula.text("profile", "production");
        return switch (text) {
            case "production" -> Profile.PRODUCTION;
            case "development" -> Profile.DEVELOPMENT;
            default ->
                throw new ConfigurationException(
                        "tegula.profile: expected production or development, not `" + text + "`.");
        };
    }

    private static Map<String, KekSettings> keks(ConfigurationNode tegula, Map<String, ConfiguredKms> kms) {
        Map<String, KekSettings> out = new LinkedHashMap<>();
        tegula.objects("keks").forEach((alias, node) -> {
            node.only("kms", "key", "default", "fields");
            String via = node.required("kms");
            if (!kms.containsKey(via)) {
                String meant = NameSuggestion.to(via, kms.keySet())
                        .map(n -> " Did you mean `" + n + "`?")
                        .orElse("");
                throw new ConfigurationException(node.path() + ".kms: there is no `" + via
                        + "` under tegula.kms; it has " + kms.keySet() + "." + meant);
            }
            List<String> fields = node.texts("fields");
            out.put(
                    alias,
                    new KekSettings(
                            alias,
                            via,
                            node.required("key"),
                            node.flag("default", false),
                            fields.isEmpty() ? List.of("*") : fields));
        });
        return out;
    }

    private static KeySettings keys(ConfigurationNode tegula) {
        ConfigurationNode node =
                tegula.object("keys").only("create", "cache-ttl", "outage-limit", "write-lease", "retention");
        String create = node.text("create", "never");
        if (!create.equals("never") && !create.equals("on-demand")) {
            throw new ConfigurationException("tegula.keys.create: expected never or on-demand, not `" + create + "`.");
        }
        Duration lease = node.duration("write-lease", "60s");
        if (lease.isNegative() || lease.isZero() || lease.compareTo(LONGEST_LEASE) > 0) {
            throw new ConfigurationException("tegula.keys.write-lease: expected more than 0s and at most 180s, not "
                    + Durations.format(lease) + ".");
        }
        Duration ttl = node.duration("cache-ttl", "1h");
        Duration outage = node.duration("outage-limit", "4h");
        if (outage.compareTo(ttl) < 0) {
            throw new ConfigurationException("tegula.keys.outage-limit (" + Durations.format(outage)
                    + ") is shorter than cache-ttl (" + Durations.format(ttl) + "); it must be at least as long.");
        }
        ConfigurationNode retention = node.object("retention").only("backups", "changefeeds");
        return new KeySettings(
                create.equals("on-demand"),
                ttl,
                outage,
                lease,
                retention.duration("backups"),
                retention.duration("changefeeds"));
    }

    private static DatabaseSettings database(
            String name, ConfigurationNode node, List<String> commonPins, Path folder) {
        node.only("url", "username", "password-file", "registry-pin", "application-role");
        String url = JdbcUrl.checked(node.path() + ".url", node.required("url"));
        Optional<Path> passwordFile = node.text("password-file").map(folder::resolve);
        List<String> pins = pins(node);
        return new DatabaseSettings(
                name,
                url,
                node.text("username"),
                passwordFile,
                pins.isEmpty() ? commonPins : pins,
                node.texts("application-role"));
    }

    private static List<String> pins(ConfigurationNode node) {
        List<String> pins = node.texts("registry-pin");
        for (String pin : pins) {
            if (!PIN.matcher(pin).matches()) {
                throw new ConfigurationException(node.path() + ".registry-pin: expected the 64 hexadecimal digits that"
                        + " `tegula init` printed, not " + pin.length()
                        + " characters. Keep the quotes around it.");
            }
        }
        if (pins.size() > 2) {
            throw new ConfigurationException(
                    node.path() + ".registry-pin: expected one pin, or two while the registry root rotates, not "
                            + pins.size() + ".");
        }
        return pins;
    }
}
