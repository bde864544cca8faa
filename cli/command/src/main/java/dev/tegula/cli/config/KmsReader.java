package dev.tegula.cli.config;

import dev.tegula.failure.ConfigurationException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads {@code tegula.kms}: each type has settings of its own, and no secret stands among them. */
final class KmsReader {

    private static final List<String> TYPES = List.of("tink", "vault", "aws");
    private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(100);
    private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(1);

    private final Profile profile;
    private final Path folder;

    KmsReader(Profile profile, Path folder) {
        this.profile = profile;
        this.folder = folder;
    }

    Map<String, KmsSettings> read(ConfigurationNode tegula) {
        Map<String, KmsSettings> out = new LinkedHashMap<>();
        tegula.objects("kms").forEach((name, node) -> out.put(name, settings(name, node)));
        return out;
    }

    private KmsSettings settings(String name, ConfigurationNode node) {
        String type = node.required("type");
        return switch (type) {
            case "tink" -> tink(name, node);
            case "vault" -> vault(name, node);
            case "aws" -> aws(name, node);
            default ->
                throw new ConfigurationException(node.path() + ".type: tink, vault or aws was expected; `" + type
                        + "` came."
                        + Nearest.to(type, TYPES)
                                .map(n -> " Did you mean `" + n + "`?")
                                .orElse(""));
        };
    }

    private TinkSettings tink(String name, ConfigurationNode node) {
        node.noSecret("passphrase", "passphrase-file").only("type", "keyset", "passphrase-file", "allow-production");
        Path keyset = folder.resolve(node.required("keyset"));
        Path passphrase = folder.resolve(node.required("passphrase-file"));
        if (!node.flag("allow-production", false) && profile == Profile.PRODUCTION) {
            throw new ConfigurationException(
                    node.path() + ": a keyset in a file is for development. Set tegula.profile:"
                            + " development, or say `allow-production: true` here if this host may hold the keys.");
        }
        return new TinkSettings(name, keyset, passphrase);
    }

    private VaultSettings vault(String name, ConfigurationNode node) {
        node.noSecret("token", "auth.token-file")
                .only("type", "address", "namespace", "mount", "ca-file", "timeout", "auth");
        return new VaultSettings(
                name,
                address(node, "address", node.required("address")),
                node.text("namespace"),
                node.text("mount", "transit"),
                node.text("ca-file").map(folder::resolve),
                timeout(node),
                login(node.object("auth")));
    }

    private VaultLogin login(ConfigurationNode auth) {
        String method = auth.required("method");
        return switch (method) {
            case "token" -> {
                auth.noSecret("token", "token-file").only("method", "token-file");
                yield new VaultLogin.Token(folder.resolve(auth.required("token-file")));
            }
            case "approle" -> {
                auth.noSecret("secret-id", "secret-id-file")
                        .only("method", "role-id", "secret-id-file", "wrapped", "mount");
                yield new VaultLogin.AppRole(
                        auth.required("role-id"),
                        folder.resolve(auth.required("secret-id-file")),
                        auth.flag("wrapped", false),
                        auth.text("mount"));
            }
            case "kubernetes" -> {
                auth.noSecret("jwt", "jwt-file").only("method", "role", "jwt-file", "mount");
                yield new VaultLogin.Kubernetes(
                        auth.required("role"), auth.text("jwt-file").map(folder::resolve), auth.text("mount"));
            }
            default ->
                throw new ConfigurationException(
                        auth.path() + ".method: token, approle or kubernetes was expected; `" + method + "` came.");
        };
    }

    private AwsSettings aws(String name, ConfigurationNode node) {
        for (String key : List.of("access-key-id", "secret-access-key", "session-token")) {
            node.noSecret(key, "environment, profile or role, where the AWS SDK looks for credentials");
        }
        node.only("type", "region", "endpoint", "timeout");
        String region = node.required("region");
        if (!region.matches("[a-z]{2}(-[a-z]+)+-\\d+")) {
            throw new ConfigurationException(
                    node.path() + ".region: a region such as eu-central-1 was expected; `" + region + "` came.");
        }
        return new AwsSettings(
                name, region, node.text("endpoint").map(text -> address(node, "endpoint", text)), timeout(node));
    }

    private static Duration timeout(ConfigurationNode node) {
        Duration timeout = node.duration("timeout", "2s");
        if (timeout.compareTo(SHORTEST_TIMEOUT) < 0 || timeout.compareTo(LONGEST_TIMEOUT) > 0) {
            throw new ConfigurationException(
                    node.path() + ".timeout: at least 100ms and at most 60s; " + Durations.format(timeout) + " came.");
        }
        return timeout;
    }

    /** Keys and tokens go over this connection, so it is encrypted wherever it leaves the host. */
    private URI address(ConfigurationNode node, String key, String text) {
        String setting = node.path() + "." + key;
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
        if (scheme.equals("http") && profile == Profile.PRODUCTION && !JdbcUrl.loopback(uri.getHost())) {
            throw new ConfigurationException(setting + ": over http everybody between here and " + uri.getHost()
                    + " reads tokens and keys. Use https; http is for this host and for tegula.profile: development.");
        }
        return uri;
    }

    private static ConfigurationException wrongAddress(String setting) {
        return new ConfigurationException(
                setting + ": scheme, host and port were expected, as in https://vault.internal:8200, and no path.");
    }
}
