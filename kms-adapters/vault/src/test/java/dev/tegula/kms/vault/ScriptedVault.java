package dev.tegula.kms.vault;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * An HTTPS server in this process that answers as Vault documents and as a real core was seen to. Each path has a script;
 * its last answer stays.
 */
final class ScriptedVault implements AutoCloseable {

    /** What came, without the path. */
    record Seen(String token, String namespace, String body) {}

    /** What to do with a request. */
    interface Reply {
        void to(HttpExchange exchange, ScriptedVault server) throws IOException;
    }

    static {
        // Else each answer waits 40 ms for an acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpsServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch end = new CountDownLatch(1);
    private final Map<String, Queue<Reply>> scripts = new ConcurrentHashMap<>();
    private final Map<String, List<Seen>> requests = new ConcurrentHashMap<>();

    private ScriptedVault(HttpsServer server) {
        this.server = server;
    }

    static ScriptedVault start() {
        return start(Certificates.GOOD);
    }

    static ScriptedVault start(Certificates certificate) {
        try {
            HttpsServer https = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            https.setHttpsConfigurator(new HttpsConfigurator(certificate.server()));
            ScriptedVault scripted = new ScriptedVault(https);
            https.setExecutor(scripted.threads);
            https.createContext("/v1/", scripted::answer);
            https.start();
            scripted.on("auth/token/lookup-self", json(200, Bodies.LOOKUP));
            scripted.on("auth/approle/login", json(200, Bodies.login("hvs.first", 60, true)));
            scripted.on("auth/token/revoke-self", json(204, ""));
            return scripted;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    URI address() {
        return URI.create("https://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Sets the script of a path. */
    ScriptedVault on(String path, Reply... replies) {
        scripts.put(path, new ArrayDeque<>(List.of(replies)));
        return this;
    }

    List<Seen> requests(String path) {
        return requests.getOrDefault(path, List.of());
    }

    int calls(String path) {
        return requests(path).size();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath().substring("/v1/".length());
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.computeIfAbsent(path, p -> new CopyOnWriteArrayList<>())
                .add(new Seen(
                        String.valueOf(exchange.getRequestHeaders().getFirst("X-Vault-Token")),
                        String.valueOf(exchange.getRequestHeaders().getFirst("X-Vault-Namespace")),
                        body));
        Queue<Reply> script = scripts.getOrDefault(
                path,
                new ArrayDeque<>(
                        List.of(errors(404, "no handler for route \"" + path + "\". route entry not found."))));
        Reply reply;
        synchronized (script) {
            reply = script.size() > 1 ? script.remove() : script.element();
        }
        try (exchange) {
            reply.to(exchange, this);
        }
    }

    static Reply json(int status, String body) {
        return json(request -> body, status);
    }

    /** A body made from the request's own. */
    static Reply json(Function<String, String> body, int status) {
        return (exchange, server) -> {
            List<Seen> seen = server.requests(exchange.getRequestURI().getPath().substring("/v1/".length()));
            byte[] bytes = body.apply(seen.get(seen.size() - 1).body()).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(bytes);
            }
        };
    }

    /** As Vault writes its errors. */
    static Reply errors(int status, String... errors) {
        return json(status, Bodies.errors(errors));
    }

    /** To the same path of another server, as a standby does. */
    static Reply redirect(URI host) {
        return (exchange, server) ->
                redirectTo(host + exchange.getRequestURI().toString()).to(exchange, server);
    }

    static Reply redirectTo(String location) {
        return (exchange, server) -> {
            exchange.getResponseHeaders().set("Location", location);
            exchange.sendResponseHeaders(307, -1);
        };
    }

    /** Takes the request and closes the connection. */
    static Reply hangUp() {
        return (exchange, server) -> {};
    }

    /** Never answers. */
    static Reply silence() {
        return (exchange, server) -> server.hold();
    }

    /** Sends headers and half a body, and then nothing any more. */
    static Reply halfABody() {
        return (exchange, server) -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write("{\"data\":{".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            server.hold();
        };
    }

    /** Promises more than it sends. */
    static Reply cutOff() {
        return (exchange, server) -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write("{\"data\":{".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
        };
    }

    private void hold() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
