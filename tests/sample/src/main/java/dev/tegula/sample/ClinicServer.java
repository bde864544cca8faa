package dev.tegula.sample;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.TegulaException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.DateTimeException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clinic over HTTP, on this host only: {@code /patients} (GET, POST), {@code /patients/ID} (GET, PUT) and
 * {@code /patients/ID/stored} (GET).
 */
final class ClinicServer implements AutoCloseable {

    static {
        // Else the JDK's server waits for the client's acknowledgement, 40 ms of every answer.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private static final Logger LOG = LoggerFactory.getLogger(ClinicServer.class);
    private static final int THREADS = 8;
    private static final int BODY_BYTES = 65_536;
    private static final String MASK = "***";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final Patients patients;
    private final ObjectMapper json = new ObjectMapper();

    private ClinicServer(HttpServer server, Patients patients) {
        this.server = server;
        this.patients = patients;
    }

    /** An answer: a status and what becomes its JSON. */
    private record Answer(int status, Object body) {
        static Answer of(Optional<?> found) {
            return found.<Answer>map(body -> new Answer(200, body)).orElseGet(() -> error(404, "no such patient"));
        }

        static Answer error(int status, String message) {
            return new Answer(status, Map.of("error", message));
        }
    }

    /** @throws ConfigurationException if the port is taken */
    static ClinicServer start(Patients patients, int port) {
        try {
            HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            ClinicServer started = new ClinicServer(http, patients);
            http.setExecutor(started.threads);
            http.createContext("/patients", started::handle);
            http.start();
            return started;
        } catch (IOException e) {
            throw new ConfigurationException("port " + port + " is in use; choose another: TEGULA_DEV_SAMPLE_PORT="
                    + (port + 1) + " dev/sample");
        }
    }

    String address() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer;
            try {
                answer = answer(exchange);
            } catch (JsonProcessingException | DateTimeException | IllegalArgumentException e) {
                // These exceptions quote their input, so neither answer nor log repeats them.
                answer = Answer.error(400, "expected JSON with name, ssn, born (1990-12-31) and notes");
            } catch (RuntimeException e) {
                answer = failed(e);
            }
            byte[] body = json.writeValueAsBytes(answer.body());
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** Tegula's messages name a field and a key, never a value; Hibernate wraps some of them. */
    private static Answer failed(RuntimeException failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof TegulaException) {
                LOG.warn("{}", t.getMessage());
                return Answer.error(503, "the keys cannot be used at the moment");
            }
        }
        LOG.error("a request failed", failure);
        return Answer.error(500, "see the log");
    }

    private Answer answer(HttpExchange exchange) throws IOException {
        String[] path = exchange.getRequestURI().getPath().substring(1).split("/", -1);
        String method = exchange.getRequestMethod() + " " + path.length;
        return switch (method) {
            case "GET 1" -> new Answer(200, patients.list());
            case "POST 1" -> new Answer(201, view(patients.admit(form(exchange)), Set.of()));
            case "GET 2" -> Answer.of(patients.find(UUID.fromString(path[1])).map(p -> view(p, revealed(exchange))));
            case "PUT 2" ->
                Answer.of(patients.change(UUID.fromString(path[1]), form(exchange))
                        .map(p -> view(p, Set.of())));
            case "GET 3" ->
                path[2].equals("stored")
                        ? Answer.of(patients.stored(UUID.fromString(path[1])))
                        : Answer.error(404, "there is /patients/ID/stored");
            default -> Answer.error(405, "GET and POST /patients, GET and PUT /patients/ID, GET /patients/ID/stored");
        };
    }

    private PatientForm form(HttpExchange exchange) throws IOException {
        return json.readValue(exchange.getRequestBody().readNBytes(BODY_BYTES), PatientForm.class);
    }

    /** {@code ?reveal=ssn,notes}: where a real application asks who is asking, and writes down that they did. */
    private static Set<String> revealed(HttpExchange exchange) {
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        return query.startsWith("reveal=")
                ? Set.copyOf(List.of(query.substring(7).split(",", -1)))
                : Set.of();
    }

    private static Map<String, Object> view(Patient patient, Set<String> revealed) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("id", String.valueOf(patient.id));
        view.put("name", patient.name);
        view.put("ssn", revealed.contains("ssn") ? String.valueOf(patient.ssn) : MASK);
        view.put("born", revealed.contains("born") ? String.valueOf(patient.born) : MASK);
        view.put("notes", revealed.contains("notes") ? String.valueOf(patient.notes) : MASK);
        return view;
    }

    @Override
    public void close() {
        server.stop(1);
        threads.shutdown();
    }
}
