package dev.tegula.kms.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import dev.tegula.failure.TegulaException;
import dev.tegula.kms.Kek;
import dev.tegula.kms.aws.ScriptedKms.Step;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What leaves this process, and what is said in it. */
class SecrecyTest {

    private final Queue<String> said = new ConcurrentLinkedQueue<>();

    private void failure(ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        assertThat(thrown).isInstanceOf(TegulaException.class);
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        said.add(text.toString());
    }

    private static void everyCall(Kek kek) {
        kek.unwrap(Adapters.wrapped(), Adapters.context());
        kek.wrap(Adapters.root(), Adapters.context());
        kek.rewrap(Adapters.wrapped(), Adapters.context());
    }

    private static Step[] goodAnswers() {
        return new Step[] {
            Steps.decrypted(Adapters.root()),
            Steps.described(),
            Steps.encrypted(),
            Steps.reEncrypted(Steps.KEY, Steps.KEY)
        };
    }

    @Test
    void requests_ofEveryCall_holdNoTenant() throws IOException {
        List<String> sent = new ArrayList<>();
        try (ScriptedKms server = ScriptedKms.of(goodAnswers());
                AwsKms kms = Adapters.at(server.endpoint()).build()) {
            everyCall(kms.kek(Steps.KEY));
            sent.addAll(server.requests());
        }
        assertThat(sent).hasSize(4).allSatisfy(request -> assertThat(request)
                .contains("TrentService.")
                .doesNotContainIgnoringCase("tenant")
                .doesNotContain(spellings(Adapters.TENANT)));
        assertThat(sent.get(0)).contains("patient.ssn");
    }

    /**
     * The SDK writes a lot at TRACE. One logger of its own writes the headers it signs, and with them the session token,
     * of no use without the secret key; docs/kms-aws.md says so, and the adapter warns.
     */
    @Test
    void log_atItsFinest_holdsNoSecret() throws IOException {
        try (Log log = new Log();
                ScriptedKms server = ScriptedKms.of(goodAnswers());
                AwsKms kms = Adapters.at(server.endpoint()).build()) {
            everyCall(kms.kek(Steps.KEY));
            said.add(kms + " " + kms.kek(Steps.KEY) + " " + Adapters.wrapped() + " " + Adapters.context());
        }
        assertThat(said)
                .hasSizeGreaterThan(10)
                .filteredOn(line -> line.contains(Adapters.TOKEN))
                .allSatisfy(line -> assertThat(line).startsWith("DEBUG " + AwsKmsBuilder.SIGNER));
        assertThat(said)
                .filteredOn(line -> line.startsWith("WARN"))
                .singleElement()
                .asString()
                .contains(AwsKmsBuilder.SIGNER);
        said.removeIf(line -> line.startsWith("DEBUG " + AwsKmsBuilder.SIGNER));
        assertSecret(said);
    }

    @Test
    void failures_ofEveryKind_quoteNoSecret() throws IOException {
        List<Step> faults = List.of(
                Steps.echo(400, "AccessDeniedException"),
                Steps.echo(400, "ValidationException"),
                Steps.echo(400, "ThrottlingException"),
                Steps.echo(500, "KMSInternalException"),
                Steps.error(400, Steps.base64(Adapters.root()), "no"),
                (socket, request) -> Steps.json(
                                request.substring(request.indexOf("\r\n\r\n")).replace("\"", "'"))
                        .meet(socket, request),
                Steps.json("{\"Plaintext\":" + Steps.base64(Adapters.root()) + "}"),
                Steps.json("{\"Plaintext\":\"?" + Steps.base64(Adapters.root()) + "\"}"),
                Steps.json("{\"Plaintext\":\"" + Steps.base64(Adapters.root())),
                Steps.decrypted(Adapters.root(), Steps.OTHER_KEY),
                Steps.reset());
        for (Step fault : faults) {
            try (ScriptedKms server = ScriptedKms.of(fault);
                    AwsKms kms = Adapters.at(server.endpoint()).build()) {
                Kek kek = kms.kek(Steps.KEY);
                failure(() -> kek.unwrap(Adapters.wrapped(), Adapters.context()));
                failure(() -> kek.wrap(Adapters.root(), Adapters.context()));
                failure(() -> kek.rewrap(Adapters.wrapped(), Adapters.context()));
            }
        }
        assertThat(said).hasSize(3 * faults.size());
        assertSecret(said);
    }

    private static void assertSecret(Iterable<String> lines) {
        for (String secret : List.of(
                Adapters.SECRET,
                Adapters.TOKEN,
                Adapters.TENANT,
                new String(Adapters.root(), StandardCharsets.US_ASCII),
                new String(Steps.BLOB, StandardCharsets.US_ASCII))) {
            assertThat(lines).allSatisfy(line -> assertThat(line).doesNotContain(spellings(secret)));
        }
    }

    private static List<String> spellings(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        String hex = HexFormat.of().formatHex(bytes);
        return Stream.of(
                        text,
                        hex,
                        hex.toUpperCase(Locale.ROOT),
                        Base64.getEncoder().withoutPadding().encodeToString(bytes),
                        Base64.getUrlEncoder().withoutPadding().encodeToString(bytes))
                .distinct()
                .toList();
    }

    private final class Log implements AutoCloseable {
        private final Logger root =
                ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        private final Level before = root.getLevel();
        private final AppenderBase<ILoggingEvent> lines = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                said.add(event.getLevel() + " " + event.getLoggerName() + " " + event.getFormattedMessage()
                        + ThrowableProxyUtil.asString(event.getThrowableProxy()));
            }
        };

        Log() {
            lines.setContext(root.getLoggerContext());
            lines.start();
            root.addAppender(lines);
            root.getAppender("stdout").stop();
            root.setLevel(Level.TRACE);
        }

        @Override
        public void close() {
            root.setLevel(before);
            root.getAppender("stdout").start();
            root.detachAppender(lines);
        }
    }
}
