package dev.tegula.config;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.kms.BranchMode;
import dev.tegula.kms.ConfiguredKms;
import dev.tegula.kms.Keks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Turns the tree {@code tegula} into typed settings, refusing what it does not know and what would be unsafe: for
 * {@code tegula.yaml} and for the properties of a framework, so that one tree has one meaning.
 */
public final class ConfigurationReader {

    /** What only an application reads; it stands in the same tree, and the command line passes over it. */
    private static final List<String> OF_APPLICATIONS =
            List.of("json", "missing-check", "retry", "secrets-refresh", "seed", "startup-check", "test");

    private static final List<String> OF_BOTH = List.of(
            "deployment", "profile", "registry-pin", "kms", "keks", "keys", "destroy", "audit", "secrets", "databases");

    private static final Pattern PIN = Pattern.compile("[0-9a-f]{64}");
    private static final Duration SHORTEST_AGE = Duration.ofHours(1);
    private static final Duration LONGEST_LEASE = Duration.ofMinutes(3);

    private ConfigurationReader() {}

    /**
     * Reads the properties of a framework, which hold more than this tree.
     *
     * @param source what it stands in, for messages
     * @param folder where relative files start, if a value does not know better
     * @param tegula the mapping below {@code tegula}, or null if there is none
     * @param urls checks the JDBC URL of a database: given the path of the setting and the URL, it throws, or answers the URL
     * @throws ConfigurationException if it is wrong; the message names the setting
     */
    public static Configuration read(
            String source, Path folder, @Nullable SettingValue tegula, BinaryOperator<String> urls) {
        return named(
                source,
                settings -> read(
                        source, folder, new ConfigurationNode("tegula", tegula, folder, settings), urls, settings));
    }

    /**
     * Reads a file, which holds this tree and nothing else; parameters as those of {@link #read}.
     *
     * @param root the whole file
     * @throws ConfigurationException if it is wrong; the message names the setting
     */
    public static Configuration readFile(
            String source, Path folder, @Nullable SettingValue root, BinaryOperator<String> urls) {
        return named(source, settings -> {
            ConfigurationNode file = new ConfigurationNode("", root, folder, settings);
            return read(source, folder, file.only("tegula").object("tegula"), urls, settings);
        });
    }

    private static Configuration named(String source, Function<List<Setting>, Configuration> reading) {
        try {
            return reading.apply(new ArrayList<>());
        } catch (ConfigurationException e) {
            throw new ConfigurationException(source + ": " + e.getMessage(), e.getCause());
        }
    }

    private static Configuration read(
            String source, Path folder, ConfigurationNode tegula, BinaryOperator<String> urls, List<Setting> settings) {
        tegula.only(Stream.concat(OF_BOTH.stream(), OF_APPLICATIONS.stream()).toArray(String[]::new));
        String deployment = tegula.required("deployment");
        Profile profile = profile(tegula);
        List<String> pins = pins(tegula);
        Map<String, ConfiguredKms> kms = new KmsReader(profile).read(tegula);
        Map<String, KekSettings> keks = keks(tegula, kms);
        KeySettings keys = keys(tegula);
        Map<String, String> secrets = NamespaceReader.read(tegula, keks.keySet());
        Map<String, DatabaseSettings> databases = new LinkedHashMap<>();
        tegula.objects("databases").forEach((name, node) -> databases.put(name, database(name, node, pins, urls)));
        return new Configuration(
                source,
                folder,
                deployment,
                profile,
                pins,
                kms,
                keks,
                keys,
                destroy(tegula),
                new AuditSettings(tegula.object("audit").only("reads").flag("reads", false)),
                secrets,
                databases,
                settings);
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
            node.only("kms", "key", "default", "fields", "branch");
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
                            fields.isEmpty() ? List.of("*") : fields,
                            branch(alias, node)));
        });
        return out;
    }

    private static BranchMode branch(String alias, ConfigurationNode node) {
        String text = node.text("branch", "none");
        BranchMode mode =
                switch (text) {
                    case "none" -> BranchMode.NONE;
                    case "kek" -> BranchMode.KEK;
                    case "tenant" -> BranchMode.TENANT;
                    default ->
                        throw new ConfigurationException(
                                node.path() + ".branch: expected none, kek or tenant, not `" + text + "`.");
                };
        Keks.requireBranchable(alias, mode);
        return mode;
    }

    private static KeySettings keys(ConfigurationNode tegula) {
        ConfigurationNode node = tegula.object("keys")
                .only("create", "cache-ttl", "max-age", "outage-limit", "write-lease", "retention");
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
        Optional<Duration> maxAge = node.duration("max-age");
        if (maxAge.filter(age -> age.compareTo(SHORTEST_AGE) < 0).isPresent()) {
            throw new ConfigurationException("tegula.keys.max-age: expected at least 1h, for example 365d, not "
                    + maxAge.map(Durations::format).orElseThrow() + ".");
        }
        ConfigurationNode retention = node.object("retention").only("backups", "changefeeds");
        return new KeySettings(
                create.equals("on-demand"),
                ttl,
                outage,
                lease,
                retention.duration("backups"),
                retention.duration("changefeeds"),
                maxAge);
    }

    private static DatabaseSettings database(
            String name, ConfigurationNode node, List<String> commonPins, BinaryOperator<String> urls) {
        node.only("url", "username", "password-file", "registry-pin", "application-role");
        String url = urls.apply(node.path() + ".url", node.required("url"));
        Optional<Path> passwordFile = node.file("password-file");
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
