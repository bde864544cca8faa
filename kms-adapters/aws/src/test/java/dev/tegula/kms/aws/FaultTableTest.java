package dev.tegula.kms.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.TegulaException;
import dev.tegula.failure.ThrottledException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.kms.Kek;
import dev.tegula.kms.aws.ScriptedKms.Step;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.SdkGlobalTime;

/** What comes of each fault: the class of the failure, how many requests were made, and that it ended in time. */
@Tag("long")
@Timeout(180)
class FaultTableTest {

    private static final int ALL = AwsKmsBuilder.ATTEMPTS;

    private static final Set<String> SLOW = Set.of("silent server", "dripping server");

    static Stream<Arguments> faults() {
        return Stream.of(
                fault("400 ThrottlingException", ThrottledException.class, ALL, error(400, "ThrottlingException")),
                fault("400 AccessDeniedException", DeniedException.class, 1, error(400, "AccessDeniedException")),
                fault("400 DisabledException", DeniedException.class, 1, error(400, "DisabledException")),
                fault("400 KMSInvalidStateException", DeniedException.class, 1, error(400, "KMSInvalidStateException")),
                fault("400 NotFoundException", ConfigurationException.class, 1, error(400, "NotFoundException")),
                fault(
                        "400 InvalidKeyUsageException",
                        ConfigurationException.class,
                        1,
                        error(400, "InvalidKeyUsageException")),
                fault("400 IncorrectKeyException", CannotOpenException.class, 1, error(400, "IncorrectKeyException")),
                fault(
                        "400 InvalidCiphertextException",
                        CannotOpenException.class,
                        1,
                        error(400, "InvalidCiphertextException")),
                fault("400 an error nobody knows", DeniedException.class, 1, error(400, "TomorrowsException")),
                fault("500 KMSInternalException", UnavailableException.class, ALL, error(500, "KMSInternalException")),
                fault(
                        "500 KeyUnavailableException",
                        UnavailableException.class,
                        ALL,
                        error(500, "KeyUnavailableException")),
                fault(
                        "503 DependencyTimeoutException",
                        UnavailableException.class,
                        ALL,
                        error(503, "DependencyTimeoutException")),
                fault("503 without a body", UnavailableException.class, ALL, Steps.answer(503, "text/plain", "")),
                fault(
                        "502 of a proxy",
                        UnavailableException.class,
                        ALL,
                        Steps.answer(502, "text/html", "<html>no</html>")),
                fault(
                        "400 UnrecognizedClientException",
                        DeniedException.class,
                        1,
                        error(400, "UnrecognizedClientException")),
                fault("400 ExpiredTokenException", DeniedException.class, 1, error(400, "ExpiredTokenException")),
                fault(
                        "400 InvalidSignatureException",
                        DeniedException.class,
                        1,
                        error(400, "InvalidSignatureException")),
                fault("400 InvalidSignatureException, clock off", DeniedException.class, 2, clockOff()),
                fault(
                        "403 of a proxy",
                        ConfigurationException.class,
                        1,
                        Steps.answer(403, "text/html", "<html>no</html>")),
                fault("307", ConfigurationException.class, 1, Steps.answer(307, "text/html", "")),
                fault("silent server", UnavailableException.class, ALL, Steps.silence()),
                fault("dripping server", UnavailableException.class, ALL, Steps.drip()),
                fault("connection reset", UnavailableException.class, ALL, Steps.reset()),
                fault(
                        "cut answer",
                        UnavailableException.class,
                        ALL,
                        Steps.cut("{\"Plaintext\":\"" + "A".repeat(100) + "\"}")),
                fault("truncated JSON", UnavailableException.class, ALL, Steps.json("{\"KeyId\":\"arn:aws")),
                fault(
                        "HTML instead of JSON",
                        UnavailableException.class,
                        ALL,
                        Steps.answer(200, "text/html", "<html>hi</html>")),
                fault(
                        "missing Plaintext",
                        UnavailableException.class,
                        1,
                        Steps.json("{\"KeyId\":\"" + Steps.KEY + "\"}")),
                fault(
                        "missing KeyId",
                        UnavailableException.class,
                        1,
                        Steps.json("{\"Plaintext\":\"" + Steps.base64(new byte[32]) + "\"}")),
                fault(
                        "answer of another key",
                        CannotOpenException.class,
                        1,
                        Steps.decrypted(new byte[32], Steps.OTHER_KEY)),
                fault("31 bytes of plaintext", CannotOpenException.class, 1, Steps.decrypted(new byte[31])));
    }

    /** The SDK keeps what it learned of the service's clock for the whole JVM. */
    @AfterEach
    void forgetTheServicesClock() {
        SdkGlobalTime.setGlobalTimeOffset(0);
    }

    private static AwsKms adapter(String fault, ScriptedKms server) {
        AwsKmsBuilder builder = Adapters.at(server.endpoint());
        return (SLOW.contains(fault) ? builder.timeout(Adapters.SHORT) : builder).build();
    }

    private static Step error(int status, String type) {
        return Steps.error(status, type, "said by the service");
    }

    private static Arguments fault(String name, Class<? extends TegulaException> failure, int requests, Step step) {
        return Arguments.of(name, failure, requests, step);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void unwrap_faultThatStays_failsTyped(
            String name, Class<? extends TegulaException> failure, int requests, Step step) throws IOException {
        try (ScriptedKms server = ScriptedKms.of(step);
                AwsKms kms = adapter(name, server)) {
            Kek kek = kms.kek(Steps.KEY);
            long begin = System.nanoTime();

            Throwable thrown = catchThrowable(() -> kek.unwrap(Adapters.wrapped(), Adapters.context()));

            Duration taken = Duration.ofNanos(System.nanoTime() - begin);
            assertThat(thrown).isExactlyInstanceOf(failure);
            assertThat(server.requests()).hasSize(requests);
            assertThat(taken).isLessThan(Adapters.BOUND);
        }
    }

    /** The JDK repeats a POST by itself on a connection that was kept, unless the body is streamed, as the SDK's is. */
    @Test
    void unwrap_keptConnectionsDie_isTriedByTheSdkOnly() throws IOException {
        try (ScriptedKms server = ScriptedKms.of(Steps.decrypted(Adapters.root()), Steps.reset());
                AwsKms kms = Adapters.at(server.endpoint()).build()) {
            Kek kek = kms.kek(Steps.KEY);
            kek.unwrap(Adapters.wrapped(), Adapters.context());

            assertThat(catchThrowable(() -> kek.unwrap(Adapters.wrapped(), Adapters.context())))
                    .isExactlyInstanceOf(UnavailableException.class);
            assertThat(server.requests()).hasSize(1 + ALL);
            assertThat(server.connections()).isEqualTo(ALL);
        }
    }

    /** A clock an hour off: the SDK learns the time from the answer, as from a service that refuses the signature. */
    private static Step clockOff() {
        return Steps.dated(Instant.now().minus(Duration.ofHours(1)), 400, "{\"__type\":\"InvalidSignatureException\"}");
    }

    static Stream<Arguments> passing() {
        return Stream.of(
                Arguments.of("network", Steps.reset()),
                Arguments.of("silent server", Steps.silence()),
                Arguments.of("cut", Steps.cut("{\"Plaintext\":\"" + "A".repeat(100) + "\"}")),
                Arguments.of("throttled", error(400, "ThrottlingException")),
                Arguments.of("HTTP 500", error(500, "KMSInternalException")),
                Arguments.of("HTTP 503", error(503, "DependencyTimeoutException")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("passing")
    void unwrap_afterOneFault_succeeds(String name, Step fault) throws IOException {
        try (ScriptedKms server = ScriptedKms.of(fault, Steps.decrypted(Adapters.root()));
                AwsKms kms = adapter(name, server)) {
            assertThat(kms.kek(Steps.KEY).unwrap(Adapters.wrapped(), Adapters.context()))
                    .isEqualTo(Adapters.root());
            assertThat(server.requests()).hasSize(2);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("passing")
    void unwrap_afterFourFaults_isUnavailable(String name, Step fault) throws IOException {
        Step[] script = Stream.concat(
                        IntStream.range(0, 4).mapToObj(i -> fault), Stream.of(Steps.decrypted(Adapters.root())))
                .toArray(Step[]::new);
        try (ScriptedKms server = ScriptedKms.of(script);
                AwsKms kms = adapter(name, server)) {
            assertThat(catchThrowable(() -> kms.kek(Steps.KEY).unwrap(Adapters.wrapped(), Adapters.context())))
                    .isInstanceOf(UnavailableException.class);
            assertThat(server.requests()).hasSize(ALL);
        }
    }

    @Test
    void unwrap_clockAnHourOff_succeedsByTheServicesClock() throws IOException {
        try (ScriptedKms server = ScriptedKms.of(clockOff(), Steps.decrypted(Adapters.root()));
                AwsKms kms = Adapters.at(server.endpoint()).build()) {
            assertThat(kms.kek(Steps.KEY).unwrap(Adapters.wrapped(), Adapters.context()))
                    .isEqualTo(Adapters.root());
        }
    }

    @Test
    void message_ofADenial_namesCallerRightKeyAndWhoDenies() throws IOException {
        String begin =
                "User: arn:aws:sts::111122223333:assumed-role/app/i-1 is not authorized to perform: kms:Decrypt on"
                        + " resource: " + Steps.KEY;
        assertThat(messageOf(begin + " because no identity-based policy allows the kms:Decrypt action"))
                .contains(
                        "kms:Decrypt with " + Steps.KEY,
                        "patient.ssn",
                        "AccessDeniedException",
                        "0f3a9c51-7d6e-4c1b-9a52-5e1f0c9d7b11",
                        "arn:aws:sts::111122223333:assumed-role/app/i-1, no policy allows it");
        assertThat(messageOf(begin + " with an explicit deny in a resource-based policy"))
                .contains("a policy denies it");
        assertThat(messageOf("something else")).doesNotContain("something else");
    }

    private static String messageOf(String said) throws IOException {
        try (ScriptedKms server = ScriptedKms.of(Steps.error(400, "AccessDeniedException", said));
                AwsKms kms = Adapters.at(server.endpoint()).build()) {
            return String.valueOf(
                    catchThrowable(() -> kms.kek(Steps.KEY).unwrap(Adapters.wrapped(), Adapters.context()))
                            .getMessage());
        }
    }
}
