package dev.tegula.kms.vault;

import dev.tegula.failure.UnavailableException;
import io.github.jopenlibs.vault.EnvironmentLoader;
import io.github.jopenlibs.vault.SslConfig;
import io.github.jopenlibs.vault.Vault;
import io.github.jopenlibs.vault.VaultConfig;
import io.github.jopenlibs.vault.VaultException;
import io.github.jopenlibs.vault.api.Logical;
import io.github.jopenlibs.vault.response.LogicalResponse;
import io.github.jopenlibs.vault.rest.RestResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Asks Vault through the driver. The one retry layer: at most three attempts, each with its own limit, all before the
 * deadline. The driver's own retries stay off, because they skip 429 and pause by the clock. What is left below is the
 * JDK's client, which by itself repeats a GET, never a POST, on a connection that broke; only looking is a GET.
 */
final class VaultRequests {

    private static final int ATTEMPTS = 3;

    /** A call's share of time: its attempts, the pauses between them, and a login. */
    private static final int LIMITS = ATTEMPTS + 1;

    /** Between attempts: up to this, then up to twice this. */
    private static final long PAUSE_MILLIS = 100;

    private static final String BODY = "\nResponse body: ";

    private final URI address;
    private final @Nullable String namespace;
    private final HttpClient client;
    private final Duration attemptLimit;
    private final RandomGenerator random;
    private final Peer peer = new Peer();

    VaultRequests(
            URI address, @Nullable String namespace, HttpClient client, Duration attemptLimit, RandomGenerator random) {
        this.address = address;
        this.namespace = namespace;
        this.client = client;
        this.attemptLimit = attemptLimit;
        this.random = random;
    }

    URI address() {
        return address;
    }

    Peer peer() {
        return peer;
    }

    /** How long a call may take, with all its attempts and a login. */
    Deadline deadline() {
        return Deadline.after(attemptLimit.multipliedBy(LIMITS));
    }

    /**
     * The answer, whatever its status, unless another try could mend it and none did.
     *
     * @param token the token to show, or null
     * @throws UnavailableException if there was no answer or only passing trouble
     * @throws dev.tegula.failure.ConfigurationException if the server is not who it should be, or redirects elsewhere
     */
    Answer ask(Request request, @Nullable String token, Deadline deadline) {
        UnavailableException last = null;
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            if (attempt > 1 && !pause(attempt, deadline)) {
                break;
            }
            UnavailableException failed;
            boolean actedOn;
            try {
                Answer answer = attempt(request, token, limit(deadline));
                if (!answer.passing()) {
                    return answer;
                }
                failed = OutageMessages.ofStatus(address, answer);
                actedOn = answer.status() != 429 && answer.status() != 503;
            } catch (IOException e) {
                failed = OutageMessages.ofNetwork(address, e);
                actedOn = !OutageMessages.beforeSending(e);
            }
            if (last != null) {
                failed.addSuppressed(last);
            }
            last = failed;
            if (Thread.currentThread().isInterrupted() || (request.once() && actedOn)) {
                break;
            }
        }
        throw last == null ? OutageMessages.outOfTime(address) : last;
    }

    private Duration limit(Deadline deadline) {
        Duration remaining = deadline.remaining();
        return remaining.compareTo(attemptLimit) < 0 ? remaining : attemptLimit;
    }

    private boolean pause(int attempt, Deadline deadline) {
        Duration pause = Duration.ofMillis(random.nextLong(PAUSE_MILLIS / 2, PAUSE_MILLIS) * (attempt - 1));
        if (deadline.remaining().compareTo(pause) <= 0) {
            return false;
        }
        try {
            Thread.sleep(pause.toMillis());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Answer attempt(Request request, @Nullable String token, Duration limit) throws IOException {
        try {
            // A namespace in the configuration would be logged at every call.
            Logical logical = Vault.create(configuration(token, limit), 1)
                    .logical()
                    .withNameSpace(request.inNamespace() ? namespace : null);
            Map<String, Object> body = request.body();
            LogicalResponse response =
                    body == null ? logical.read(request.path()) : logical.write(request.path(), body);
            // 400, 403, 404 and 429 come back like success, with nothing in the driver's fields.
            RestResponse raw = response.getRestResponse();
            return Answer.of(raw.getStatus(), new String(raw.getBody(), StandardCharsets.UTF_8));
        } catch (VaultException e) {
            if (e.getHttpStatusCode() != 0) {
                String text = String.valueOf(e.getMessage());
                int body = text.indexOf(BODY);
                return Answer.of(e.getHttpStatusCode(), body < 0 ? "" : text.substring(body + BODY.length()));
            }
            throw networkFailure(e);
        }
    }

    private VaultConfig configuration(@Nullable String token, Duration limit) throws VaultException {
        VaultConfig configuration = new VaultConfig()
                .environmentLoader(new NoEnvironment())
                .address(address.toString())
                // Not built, which would read the environment; the client below has TLS of its own.
                .sslConfig(new SslConfig().verify(true))
                .httpClient(new AttemptClient(client, limit, peer));
        return (token == null ? configuration : configuration.token(token)).build();
    }

    /** The driver's exceptions quote bodies; only what the network said goes on. */
    private static IOException networkFailure(VaultException failure) {
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException network) {
                return network;
            }
            if (cause instanceof RuntimeException programming) {
                throw new IllegalStateException(
                        "The Vault driver failed with " + programming.getClass().getName());
            }
        }
        throw new IllegalStateException("The Vault driver failed without a cause");
    }

    /** Else the driver takes a token from {@code VAULT_TOKEN} or {@code ~/.vault-token}, and switches TLS checks off. */
    private static final class NoEnvironment extends EnvironmentLoader {
        private static final long serialVersionUID = 1L;

        @Override
        public @Nullable String loadVariable(String name) {
            return null;
        }
    }
}
