package dev.tegula.test.servers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Plain calls of one Vault. Each is answered or fails within ten seconds. */
final class VaultHttp {

    static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private final URI address;
    private final HttpClient client;

    VaultHttp(URI address, @Nullable Path caFile) {
        this.address = address;
        HttpClient.Builder builder =
                HttpClient.newBuilder().connectTimeout(TIMEOUT).version(HttpClient.Version.HTTP_1_1);
        this.client = caFile == null
                ? builder.build()
                : builder.sslContext(trusting(caFile)).build();
    }

    /** Whether it answers at all, sealed or not. */
    boolean answers() {
        try {
            get("sys/seal-status");
            return true;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    JsonNode get(String path) {
        return call("GET", path, Map.of(), null);
    }

    JsonNode put(String path, Map<String, ?> body) {
        return call("PUT", path, Map.of(), body);
    }

    /**
     * The answer of a successful call, empty for a 204.
     *
     * @throws IllegalStateException if Vault refuses, with its status and its errors
     * @throws UncheckedIOException if there is no answer
     */
    JsonNode call(String method, String path, Map<String, String> headers, @Nullable Map<String, ?> body) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(address.resolve("/v1/" + path))
                    .timeout(TIMEOUT)
                    .method(
                            method,
                            body == null
                                    ? BodyPublishers.noBody()
                                    : BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
            headers.forEach(request::header);
            HttpResponse<byte[]> answer = client.send(request.build(), BodyHandlers.ofByteArray());
            JsonNode json = answer.body().length == 0 ? MissingNode.getInstance() : JSON.readTree(answer.body());
            if (answer.statusCode() >= 300) {
                throw new IllegalStateException(
                        method + " " + path + " answered " + answer.statusCode() + " " + json.path("errors"));
            }
            return json;
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path + " was not answered by " + address, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in " + method + " " + path, e);
        }
    }

    private static SSLContext trusting(Path caFile) {
        try (InputStream in = Files.newInputStream(caFile)) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            List<Certificate> certificates =
                    List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in));
            for (Certificate certificate : certificates) {
                trusted.setCertificateEntry("ca" + trusted.size(), certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(caFile + " is no file of certificates", e);
        }
    }
}
