package dev.tegula.test.servers;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The one call of a Kubernetes API server that Vault's Kubernetes auth makes, TokenReview, for tokens of service accounts
 * that it issues itself. Over HTTP on 127.0.0.1. Thread-safe.
 */
public final class KubernetesApi implements AutoCloseable {

    private static final String ACCOUNT = "system:serviceaccount:";
    private static final byte[] NO_SIGNATURE = new byte[256];

    private final HttpServer server;
    private final Map<String, Map<String, String>> users = new ConcurrentHashMap<>();

    private KubernetesApi(HttpServer server) {
        this.server = server;
    }

    /** Starts on a free port. */
    public static KubernetesApi start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            KubernetesApi api = new KubernetesApi(server);
            server.createContext("/apis/authentication.k8s.io/v1/tokenreviews", api::review);
            server.start();
            return api;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where it listens, as Vault's {@code kubernetes_host}. */
    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** A token of a service account, as a pod has it in a file. Nobody checks its signature but this server. */
    public String issue(String namespace, String account) {
        String uid = UUID.randomUUID().toString();
        String token = part(Map.of("alg", "RS256", "typ", "JWT")) + "."
                + part(Map.of(
                        "iss",
                        "kubernetes/serviceaccount",
                        "sub",
                        ACCOUNT + namespace + ":" + account,
                        "kubernetes.io",
                        Map.of("namespace", namespace, "serviceaccount", Map.of("name", account, "uid", uid))))
                + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(NO_SIGNATURE);
        users.put(token, Map.of("username", ACCOUNT + namespace + ":" + account, "uid", uid));
        return token;
    }

    /** The token is not good any more, as after its service account was deleted. */
    public void withdraw(String token) {
        users.remove(token);
    }

    private void review(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode asked = VaultHttp.JSON.readTree(exchange.getRequestBody());
            Map<String, String> user = users.get(asked.at("/spec/token").asText());
            Map<String, ?> status =
                    user == null ? Map.of("authenticated", false) : Map.of("authenticated", true, "user", user);
            byte[] answer = VaultHttp.JSON.writeValueAsBytes(
                    Map.of("kind", "TokenReview", "apiVersion", "authentication.k8s.io/v1", "status", status));
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(201, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    private static String part(Map<String, ?> claims) {
        try {
            String json = VaultHttp.JSON.writeValueAsString(claims);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
