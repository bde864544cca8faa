package dev.tegula.kms.vault;

import static dev.tegula.kms.vault.ScriptedVault.cutOff;
import static dev.tegula.kms.vault.ScriptedVault.errors;
import static dev.tegula.kms.vault.ScriptedVault.halfABody;
import static dev.tegula.kms.vault.ScriptedVault.hangUp;
import static dev.tegula.kms.vault.ScriptedVault.json;
import static dev.tegula.kms.vault.ScriptedVault.redirectTo;
import static dev.tegula.kms.vault.ScriptedVault.silence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.ThrottledException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.kms.vault.ScriptedVault.Reply;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every answer that unwrapping can meet: which failure it becomes, after how many calls, in what time. */
@Tag("long")
class FaultTableTest {

    private static final String DECRYPT = "transit/decrypt/main";

    private final ScriptedVault server = ScriptedVault.start();

    /** The first handshake of a JVM takes longer than the short timeout. */
    @BeforeAll
    static void warmUp() {
        try (ScriptedVault server = ScriptedVault.start();
                VaultKms kms = Setup.kms(server.address()).build()) {
            server.on(DECRYPT, json(200, Bodies.plaintext(Setup.root())));
            kms.kek("main").unwrap(Setup.wrapped(), Setup.context());
        }
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private byte[] unwrap(Duration timeout) {
        try (VaultKms kms = Setup.kms(server.address())
                .timeout(timeout)
                .random(Setup.NO_PAUSES)
                .build()) {
            return kms.kek("main").unwrap(Setup.wrapped(), Setup.context());
        }
    }

    /** What is promised of a call, and what a busy machine adds. */
    private Throwable failure(Duration timeout) {
        Duration bound = timeout.multipliedBy(4).plusSeconds(20);
        return assertTimeoutPreemptively(bound, () -> catchThrowable(() -> unwrap(timeout)));
    }

    record Row(String name, Reply reply, Class<? extends Exception> becomes, int calls, String says, Duration timeout) {

        Row(String name, Reply reply, Class<? extends Exception> becomes, int calls, String says) {
            this(name, reply, becomes, calls, says, Setup.TIMEOUT);
        }

        @Override
        public String toString() {
            return name + " -> " + becomes.getSimpleName() + ", calls: " + calls;
        }
    }

    static Stream<Row> rows() {
        Class<UnavailableException> unavailable = UnavailableException.class;
        Class<ConfigurationException> configuration = ConfigurationException.class;
        Class<CannotOpenException> cannotOpen = CannotOpenException.class;
        String html = "<html>502 Bad Gateway</html>";
        return Stream.of(
                new Row(
                        "307 to http",
                        redirectTo("http://10.1.2.3:8200/v1/" + DECRYPT),
                        configuration,
                        1,
                        "over TLS only"),
                new Row("307 to another path", redirectTo("https://127.0.0.1/login"), configuration, 1, "another path"),
                new Row("307 to nowhere", json(307, ""), configuration, 1, "without naming a place"),
                new Row(
                        "400 wrong context or tampered",
                        errors(400, Bodies.NOT_AUTHENTIC),
                        cannotOpen,
                        1,
                        "patient.ssn"),
                new Row("400 malformed", errors(400, "invalid ciphertext: version is too new"), cannotOpen, 1, ""),
                new Row("400 too old", errors(400, Bodies.TOO_OLD), DeniedException.class, 1, "min_decryption_version"),
                new Row("400 no key", errors(400, "encryption key not found"), configuration, 1, "derived=true"),
                new Row("400 unforeseen", errors(400, "something new"), configuration, 1, "does not know"),
                new Row("400 not of Vault", json(400, Bodies.NOT_AUTHENTIC), configuration, 1, "does not know"),
                new Row("403", errors(403, Bodies.DENIED), DeniedException.class, 1, "vault token capabilities"),
                new Row("404", errors(404, "no handler for route"), configuration, 1, "secrets enable"),
                new Row("405", errors(405, "unsupported operation"), configuration, 1, "does not know"),
                new Row("412", errors(412, "required index state not present"), unavailable, 3, "412"),
                new Row("429", errors(429, "request path is rate limited"), ThrottledException.class, 3, "quotas"),
                new Row("472", errors(472), unavailable, 3, "disaster recovery"),
                new Row("473", errors(473), unavailable, 3, "performance standby"),
                new Row("500", errors(500, "internal error"), unavailable, 3, "internal error"),
                new Row("501", errors(501, "Vault is not initialized"), unavailable, 3, "operator init"),
                new Row("502", json(502, html), unavailable, 3, "proxy"),
                new Row("503 sealed", errors(503, "Vault is sealed"), unavailable, 3, "operator unseal"),
                new Row("503 of a proxy", json(503, html), unavailable, 3, "no node"),
                new Row("504", json(504, html), unavailable, 3, "proxy"),
                new Row("truncated JSON", json(200, "{\"data\":{\"plaintext\":\"AAA"), unavailable, 3, "cut off"),
                new Row("page instead of JSON", json(200, html), unavailable, 3, "not JSON"),
                new Row("missing field", json(200, Bodies.data("")), configuration, 1, "data.plaintext"),
                new Row("no base64", json(200, Bodies.data("\"plaintext\":\"+\"")), configuration, 1, "base64"),
                new Row("silent server", silence(), unavailable, 3, "in time", Setup.SHORT),
                new Row("half a body, then silence", halfABody(), unavailable, 3, "in time", Setup.SHORT),
                new Row("body cut off", cutOff(), unavailable, 3, "broke"),
                new Row("connection closed", hangUp(), unavailable, 3, "broke"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void unwrap_answer_isClassified(Row row) {
        server.on(DECRYPT, row.reply);

        Throwable thrown = failure(row.timeout);

        assertThat(thrown).isExactlyInstanceOf(row.becomes).hasMessageContaining(row.says);
        assertThat(server.calls(DECRYPT)).isEqualTo(row.calls);
    }

    static Stream<Row> passing() {
        return rows().filter(row -> UnavailableException.class.isAssignableFrom(row.becomes));
    }

    @ParameterizedTest
    @MethodSource("passing")
    void unwrap_oneFailure_succeeds(Row row) {
        server.on(DECRYPT, row.reply, json(200, Bodies.plaintext(Setup.root())));

        assertThat(unwrap(row.timeout)).isEqualTo(Setup.root());
        assertThat(server.calls(DECRYPT)).isEqualTo(2);
    }

    @ParameterizedTest
    @MethodSource("passing")
    void unwrap_fourFailures_isUnavailable(Row row) {
        Reply reply = row.reply;
        server.on(DECRYPT, reply, reply, reply, reply, json(200, Bodies.plaintext(Setup.root())));

        Throwable thrown = failure(row.timeout);

        assertThat(thrown).isExactlyInstanceOf(row.becomes);
        assertThat(server.calls(DECRYPT)).isEqualTo(3);
        assertThat(thrown.getSuppressed()).hasSize(1);
    }

    @Test
    void unwrap_interrupted_isUnavailableAtOnceAndStaysInterrupted() {
        server.on(DECRYPT, json(200, Bodies.plaintext(Setup.root())));
        Thread.currentThread().interrupt();

        Throwable thrown = catchThrowable(() -> unwrap(Setup.TIMEOUT));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(thrown).isExactlyInstanceOf(UnavailableException.class);
        assertThat(server.calls(DECRYPT)).isZero();
    }
}
