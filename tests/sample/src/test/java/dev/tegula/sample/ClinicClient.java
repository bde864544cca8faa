package dev.tegula.sample;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;

/** Somebody at the clinic's desk. Every answer but success is an exception. */
final class ClinicClient {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final HttpClient http = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();
    private final String address;

    ClinicClient(String address) {
        this.address = address;
    }

    /** Admits a patient and gives the id. */
    String admit(String name, String ssn) throws IOException, InterruptedException {
        Map<String, String> record = Map.of("name", name, "ssn", ssn, "born", "1990-12-31", "notes", "new");
        return send("POST", "/api/patients", record).path("id").asText();
    }

    /** As any client does: asks for the record, and sends all of it back. */
    void note(String id, String notes) throws IOException, InterruptedException {
        ObjectNode record = (ObjectNode) record(id);
        send("PUT", "/api/patients/" + id, record.put("notes", notes));
    }

    JsonNode record(String id) throws IOException, InterruptedException {
        return get("/api/patients/" + id + "/record");
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        return answer(HttpRequest.newBuilder(URI.create(address + path)));
    }

    private JsonNode send(String method, String path, Object document) throws IOException, InterruptedException {
        return answer(HttpRequest.newBuilder(URI.create(address + path))
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofByteArray(json.writeValueAsBytes(document))));
    }

    private JsonNode answer(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = http.send(request.timeout(PATIENCE).build(), BodyHandlers.ofByteArray());
        JsonNode answer = json.readTree(response.body());
        if (response.statusCode() >= 300) {
            throw new IOException(request.build().uri() + " -> " + response.statusCode() + " " + answer);
        }
        return answer;
    }
}
