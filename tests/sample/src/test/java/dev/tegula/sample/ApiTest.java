package dev.tegula.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.springframework.dao.OptimisticLockingFailureException;

/** The clinic over HTTP: what an answer, an address and a log never hold, and who is turned away. */
class ApiTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String PATIENTS = "/api/patients";

    private static OpenClinic clinic;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        clinic = OpenClinic.start(folder);
    }

    @AfterAll
    static void stop() {
        if (clinic != null) {
            clinic.close();
        }
    }

    @Test
    void entity_inEveryAnswer_isWithoutWhatIsEncrypted() throws Exception {
        HttpResponse<String> admitted = send("POST", PATIENTS, record("Api One", "701-00-0001"));
        assertThat(admitted.statusCode()).isEqualTo(201);
        String place = admitted.headers().firstValue("Location").orElseThrow();
        for (String answer : new String[] {
            admitted.body(),
            get(place),
            send("PUT", place, record("Api One", "701-00-0001")).body(),
            get(PATIENTS)
        }) {
            assertThat(answer).contains("\"name\"").doesNotContain("701-00-0001", "1990-12-31", "ssn", "born", "notes");
        }
        assertThat(get(place + "/record")).contains("701-00-0001", "1990-12-31");
        assertThat(get(place + "/stored")).contains("keyId").doesNotContain("701-00-0001");
    }

    @Test
    void search_byNumber_findsOneAndOnlyThat() throws Exception {
        String place = place(send("POST", PATIENTS, record("Api Two", "701-00-0002")));
        assertThat(place)
                .endsWith(JSON.readTree(search("701000002").body()).path("id").asText());
        assertThat(search("701000003").statusCode()).isEqualTo(404);
        assertThat(send("DELETE", place, "").statusCode()).isEqualTo(204);
        assertThat(search("701000002").statusCode()).isEqualTo(404);
    }

    @Test
    void put_ofWhatGetGave_isRefusedAndLosesNothing() throws Exception {
        String place = place(send("POST", PATIENTS, record("Api Three", "701-00-0004")));
        HttpResponse<String> refused = send("PUT", place, get(place));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("ssn", "born");
        JsonNode after = JSON.readTree(get(place + "/record"));
        assertThat(after.path("ssn").asText()).isEqualTo("701-00-0004");
        assertThat(after.path("born").asText()).isEqualTo("1990-12-31");
    }

    /** What the form asks for; the two who look at the same patient do not lose what the other one saved. */
    @Test
    void change_ofAPatientThatSomebodyChangedSince_isRefusedAndLosesNothing() throws Exception {
        String place = place(send("POST", PATIENTS, record("Api Seven", "701-00-0007")));
        Desk desk = clinic.bean(Desk.class);
        UUID id = UUID.fromString(place.substring(place.lastIndexOf('/') + 1));
        Patient seen = desk.find(id).orElseThrow();
        PatientRecord mine = new PatientRecord("Api Mine", "701-00-0007", null, "mine");
        send("PUT", place, record("Api Theirs", "701-00-0007"));
        assertThatThrownBy(() -> desk.change(id, seen.version, mine))
                .isInstanceOf(OptimisticLockingFailureException.class);
        assertThat(get(place)).contains("Api Theirs");
        desk.change(id, seen.version + 1, mine);
        assertThat(get(place)).contains("Api Mine");
    }

    @Test
    void post_ofANumberThatIsTaken_isAConflict() throws Exception {
        send("POST", PATIENTS, record("Api Four", "701-00-0005"));
        HttpResponse<String> again = send("POST", PATIENTS, record("Api Five", "701000005"));
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(again.body()).contains("Another patient has this number.").doesNotContain("701000005");
    }

    /** Each is refused somewhere else: by a rule, by the reader of JSON, by the database, by the form, by the search. */
    @Test
    void values_thatAreRefused_areInNoAnswerAndNoLog() throws Exception {
        send("POST", PATIENTS, record("Api Six", "701-00-0006"));
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger root = (Logger) LoggerFactory.getLogger("ROOT");
        log.start();
        root.addAppender(log);
        try {
            assertThat(send("POST", PATIENTS, record("x", "701-secret")).body())
                    .contains("\"ssn\":\"nine digits")
                    .doesNotContain("secret");
            assertThat(send("POST", PATIENTS, record("x", "701-00-0007").replace("1990-12-31", "31/secret"))
                            .body())
                    .contains("`born` cannot be read")
                    .doesNotContain("secret");
            assertThat(send("POST", PATIENTS, record("x", "701-00-0006")).statusCode())
                    .isEqualTo(409);
            assertThat(send("POST", PATIENTS, "{\"name\": secret").statusCode()).isEqualTo(400);
            assertThat(search("701-secret").statusCode()).isEqualTo(400);
        } finally {
            root.detachAppender(log);
        }
        String said = log.list.stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.DEBUG))
                .map(event -> event.getFormattedMessage()
                        + (event.getThrowableProxy() == null
                                ? ""
                                : ThrowableProxyUtil.asString(event.getThrowableProxy())))
                .collect(Collectors.joining("\n"));
        assertThat(said).doesNotContain("secret", "701-00");
    }

    @Test
    void form_withoutTheTokenOfItsSession_isRefused() throws Exception {
        HttpResponse<String> refused = form("name=Mallory&ssn=701-00-0008&born=&notes=");
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(search("701-00-0008").statusCode()).isEqualTo(404);
    }

    /** A page elsewhere can send a form to the API, but none of the kinds that it takes. */
    @Test
    void api_ofAForm_takesNothing() throws Exception {
        for (String type : new String[] {"text/plain", "application/x-www-form-urlencoded"}) {
            HttpRequest request = request(PATIENTS)
                    .header("Content-Type", type)
                    .POST(BodyPublishers.ofString(record("Mallory", "701-00-0009")))
                    .build();
            assertThat(send(request).statusCode()).as(type).isEqualTo(415);
        }
    }

    @Test
    void pages_allow_onlyTheirOwnStyleAndScript() throws Exception {
        HttpResponse<String> page = send(request("/keys").build());
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .startsWith("default-src 'none'")
                .doesNotContain("unsafe", "*", "http");
        assertThat(page.headers().firstValue("Cache-Control").orElseThrow()).contains("no-store");
        assertThat(page.body()).doesNotContain("http://", "https://", "style=", "onclick");
    }

    /** As a browser asks that was told that a foreign name is this host. */
    @Test
    void pages_underAForeignName_areRefused() throws Exception {
        URI address = URI.create(clinic.address());
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), address.getPort())) {
            socket.getOutputStream()
                    .write("GET /patients HTTP/1.1\r\nHost: clinic.example\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 400").doesNotContain("Ada Ferreira");
        }
    }

    @Test
    void actuator_says_whatIsThereAndNoSecret() throws Exception {
        assertThat(get("/actuator/health")).contains("\"tegula\":{", "\"status\":\"UP\"");
        assertThat(get("/actuator/tegula")).contains("patient.ssn", "ACTIVE").doesNotContain("passphrase", "wrapped");
    }

    private static String record(String name, String ssn) {
        return "{\"name\":\"%s\",\"ssn\":\"%s\",\"born\":\"1990-12-31\",\"notes\":null}".formatted(name, ssn);
    }

    private static String place(HttpResponse<String> admitted) {
        return admitted.headers().firstValue("Location").orElseThrow();
    }

    private static HttpResponse<String> search(String number) throws Exception {
        return send("POST", PATIENTS + "/search", "{\"ssn\":\"" + number + "\"}");
    }

    private static HttpResponse<String> form(String body) throws Exception {
        return send(request("/patients")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    private static String get(String path) throws Exception {
        HttpResponse<String> answer = send(request(path).build());
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        return answer.body();
    }

    private static HttpResponse<String> send(String method, String path, String json) throws Exception {
        return send(request(path)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(json))
                .build());
    }

    private static HttpResponse<String> send(HttpRequest request) throws Exception {
        return HTTP.send(request, BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(clinic.address() + path)).timeout(Duration.ofMinutes(2));
    }
}
