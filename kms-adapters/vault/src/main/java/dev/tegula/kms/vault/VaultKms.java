package dev.tegula.kms.vault;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.kms.Kek;
import dev.tegula.kms.Kms;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A transit mount of HashiCorp Vault or OpenBao as a KMS; its keys are named as the mount names them. Thread-safe. It logs
 * in at the first call, keeps its token alive on a daemon thread, and logs in once more where a token is refused.
 *
 * <p>A call makes at most three attempts and ends, with a login if one is needed, within four times the timeout. Besides
 * what {@link Kek} says, its keys throw {@link ConfigurationException} if the key is not derived or is exportable, the
 * server's certificate is not trusted, or something other than Vault answers.
 */
public final class VaultKms implements Kms {

    /** The provider's name. */
    public static final String PROVIDER = "vault";

    private final Transit transit;
    private final AuthenticatedCalls calls;
    private final InstantSource clock;

    private VaultKms(Transit transit, AuthenticatedCalls calls, InstantSource clock) {
        this.transit = transit;
        this.calls = calls;
        this.clock = clock;
    }

    /** A connection to describe. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public String provider() {
        return PROVIDER;
    }

    /**
     * A key of the mount; makes no call.
     *
     * @throws ConfigurationException if Vault would not take the name
     */
    @Override
    public Kek kek(String key) {
        Transit named =
                new Transit(transit.address(), transit.namespace(), transit.mount(), VaultNames.requireKey(key));
        return new VaultKek(named, calls, clock);
    }

    /** Revokes the token if a login of this process made it, waits no longer than a call for that, and wipes it. */
    @Override
    public void close() {
        calls.tokens().close();
    }

    @Override
    public String toString() {
        return "VaultKms[" + transit.mount() + " at " + transit.address() + "]";
    }

    /** Where Vault is and how to log in. */
    public static final class Builder {

        private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
        private static final Duration SHORTEST = Duration.ofMillis(50);

        private @Nullable URI address;
        private @Nullable VaultAuth auth;
        private @Nullable String namespace;
        private String mount = "transit";
        private @Nullable Path caFile;
        private Duration timeout = Duration.ofSeconds(2);
        private InstantSource clock = InstantSource.system();
        private RandomGenerator random = new SecureRandom();
        private @Nullable RenewalTimer timer;

        private Builder() {}

        /** For example {@code https://vault.internal:8200}; without TLS only this machine, for an agent beside us. */
        public Builder address(URI url) {
            this.address = url;
            return this;
        }

        /** How to log in. */
        public Builder auth(VaultAuth method) {
            this.auth = method;
            return this;
        }

        /** The namespace of mount and login; the root namespace if not set. */
        public Builder namespace(String path) {
            this.namespace = path;
            return this;
        }

        /** The path of the transit engine; {@code transit} if not set. */
        public Builder mount(String path) {
            this.mount = path;
            return this;
        }

        /** The certificate authorities to trust, PEM; those of the JVM if not set. */
        public Builder caFile(Path pem) {
            this.caFile = pem;
            return this;
        }

        /** How long one attempt may take, from 50 ms; 2 s if not set. A call ends within four times that. */
        public Builder timeout(Duration attempt) {
            this.timeout = attempt;
            return this;
        }

        Builder clock(InstantSource source) {
            this.clock = source;
            return this;
        }

        Builder random(RandomGenerator source) {
            this.random = source;
            return this;
        }

        Builder timer(RenewalTimer renewals) {
            this.timer = renewals;
            return this;
        }

        /**
         * The connection; makes no call.
         *
         * @throws ConfigurationException if address or login are missing, the address is neither https nor on this
         *     machine, a path is none, the timeout is below 50 ms, or the ca-file holds no certificate
         */
        public VaultKms build() {
            URI url = requireAddress();
            VaultAuth method = auth;
            if (method == null) {
                throw new ConfigurationException(
                        "Vault at " + url + " needs a login: auth(…), one of Token, AppRole," + " Kubernetes.");
            }
            if (timeout.compareTo(SHORTEST) < 0) {
                throw new ConfigurationException("The timeout of Vault must be at least 50 ms, not " + timeout + ".");
            }
            String space = namespace == null ? null : VaultNames.requirePath("namespace", namespace);
            Transit transit = new Transit(url, space, VaultNames.requirePath("mount", mount), "");
            VaultRequests exchange = new VaultRequests(url, space, client(), timeout, random);
            RenewalTimer renewals = timer == null ? RenewalTimer.ofThread("tegula-vault-token") : timer;
            return new VaultKms(
                    transit,
                    new AuthenticatedCalls(exchange, new Tokens(method, exchange, renewals, clock, random)),
                    clock);
        }

        private HttpClient client() {
            // HTTP/1.1: an upgrade to 2 is what Vault's own agent fails at.
            HttpClient.Builder client = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(timeout);
            return (caFile == null ? client : client.sslContext(Trust.of(caFile))).build();
        }

        private URI requireAddress() {
            URI url = address;
            if (url == null || url.getHost() == null || url.getRawUserInfo() != null || url.getRawQuery() != null) {
                throw new ConfigurationException(
                        "Vault needs an address like https://vault.internal:8200, not " + url + ".");
            }
            boolean plain = "http".equals(url.getScheme()) && LOOPBACK.contains(url.getHost());
            if (!plain && !"https".equals(url.getScheme())) {
                throw new ConfigurationException(
                        "The address of Vault, " + url + ", is not https. Without TLS anyone who is"
                                + " on the way reads tokens and keys; http is accepted on this machine only.");
            }
            if (!Objects.requireNonNullElse(url.getRawPath(), "").matches("/?")) {
                throw new ConfigurationException("The address of Vault, " + url + ", has a path. Give scheme, host and"
                        + " port only; mount and namespace are settings of their own.");
            }
            return url;
        }
    }
}
