package dev.tegula.config;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.kms.KmsSettings;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** A mapping of the file as an adapter reads it. It remembers what was asked for: the rest is unknown. */
final class KmsNode implements KmsSettings {

    /** Of a name in any spelling: {@code api-key}, {@code apiKey}, {@code API_KEY}. */
    private static final Pattern SECRET = Pattern.compile(
            "(.*[-_.])?(password|passwd|passphrase|pwd|pin|secret|secrets|token|credential|credentials|authorization"
                    + "|connection[-_.]string|((api|access|account|private|secret|shared|auth)[-_.]?key)|(secret[-_.]?id))");

    private static final Pattern HUMP = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");

    private final ConfigurationNode node;
    private final Profile profile;
    private final Set<String> known;
    private final Map<String, KmsNode> children = new TreeMap<>();

    private KmsNode(ConfigurationNode node, Profile profile, Set<String> known) {
        this.node = node;
        this.profile = profile;
        this.known = known;
    }

    /** The settings of one KMS, whose type is read. */
    static KmsNode of(ConfigurationNode node, Profile profile) {
        return new KmsNode(node, profile, new TreeSet<>(Set.of("type")));
    }

    /**
     * Refuses what the adapter did not ask for.
     *
     * @throws ConfigurationException as {@link #only} does
     */
    void requireAllRead() {
        node.only(known.toArray(String[]::new));
        children.values().forEach(KmsNode::requireAllRead);
    }

    @Override
    public String path() {
        return node.path();
    }

    @Override
    public boolean development() {
        return profile == Profile.DEVELOPMENT;
    }

    @Override
    public KmsSettings only(String... names) {
        known.addAll(List.of(names));
        node.only(known.toArray(String[]::new));
        return this;
    }

    @Override
    public KmsSettings noSecret(String key, String instead) {
        node.noSecret(key, instead);
        return this;
    }

    @Override
    public KmsSettings object(String key) {
        known.add(key);
        return children.computeIfAbsent(key, name -> new KmsNode(node.object(name), profile, new TreeSet<>()));
    }

    @Override
    public String required(String key) {
        return node.required(asked(key));
    }

    @Override
    public Optional<String> text(String key) {
        return node.text(asked(key));
    }

    @Override
    public String text(String key, String byDefault) {
        return node.text(asked(key), byDefault);
    }

    @Override
    public List<String> texts(String key) {
        return node.texts(asked(key));
    }

    @Override
    public boolean flag(String key, boolean byDefault) {
        return node.flag(asked(key), byDefault);
    }

    @Override
    public Duration duration(String key, String byDefault, String shortest, String longest) {
        Duration found = node.duration(asked(key), byDefault);
        if (found.compareTo(Durations.parse(at(key), shortest)) < 0
                || found.compareTo(Durations.parse(at(key), longest)) > 0) {
            throw new ConfigurationException(
                    at(key) + ": expected " + shortest + " to " + longest + ", not " + Durations.format(found) + ".");
        }
        return found;
    }

    @Override
    public Optional<URI> address(String key) {
        return node.text(asked(key)).map(text -> address(key, text));
    }

    @Override
    public URI requiredAddress(String key) {
        return address(key, node.required(asked(key)));
    }

    @Override
    public Optional<Path> file(String key) {
        return node.file(asked(key));
    }

    @Override
    public Path requiredFile(String key) {
        return node.requiredFile(asked(key));
    }

    @Override
    public Optional<SecretFile> secretFile(String key) {
        return file(key).map(file -> new FileOfSecret(at(key), file));
    }

    @Override
    public SecretFile requiredSecretFile(String key) {
        return new FileOfSecret(at(key), requiredFile(key));
    }

    /** Whatever is read is shown by {@code config show}: what its name calls a secret is read as none. */
    private String asked(String key) {
        known.add(key);
        String spelt = HUMP.matcher(key).replaceAll("-").toLowerCase(Locale.ROOT);
        if (SECRET.matcher(spelt).matches()) {
            node.noSecret(key, key + "-file");
        }
        return key;
    }

    private String at(String key) {
        return node.path() + "." + key;
    }

    /** Keys and tokens go over this connection, so it is encrypted wherever it leaves the host. */
    private URI address(String key, String text) {
        String setting = at(key);
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw wrongAddress(setting);
        }
        String scheme = String.valueOf(uri.getScheme());
        if (uri.getHost() == null || !(scheme.equals("https") || scheme.equals("http"))) {
            throw wrongAddress(setting);
        }
        if (uri.getRawUserInfo() != null) {
            throw new ConfigurationException(setting + ": a login stands in the address; take it out.");
        }
        String path = uri.getRawPath();
        if (!(path.isEmpty() || path.equals("/")) || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw wrongAddress(setting);
        }
        if (scheme.equals("http") && profile == Profile.PRODUCTION && !Loopback.is(uri.getHost())) {
            throw new ConfigurationException(setting + ": over http everybody between here and " + uri.getHost()
                    + " reads tokens and keys. Use https; http is for this host and for tegula.profile: development.");
        }
        return uri;
    }

    private static ConfigurationException wrongAddress(String setting) {
        return new ConfigurationException(
                setting + ": expected scheme, host and port without a path, as in https://vault.internal:8200.");
    }
}
