package dev.tegula.kms.vault;

import static dev.tegula.kms.vault.ScriptedVault.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import dev.tegula.failure.TegulaException;
import dev.tegula.kms.Kek;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * A server that quotes back whatever it was sent, in every way an answer can fail. Nothing of it is in a message, a
 * cause, or a log at its finest, neither ours nor the JDK's and the driver's.
 */
@Tag("long")
class SecrecyTest {

    private static final List<Integer> STATUSES = List.of(200, 400, 403, 404, 500);
    private static final String WRAPPING = "hvs.canary-wrapping";
    private static final String JWT = "eyJ.canary.jwt";
    private static final String PLAINTEXT = Base64.getEncoder().encodeToString(Setup.root());

    @TempDir
    Path directory;

    private final List<String> said = new CopyOnWriteArrayList<>();
    private final ScriptedVault server = ScriptedVault.start();
    private final Logger logback = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final java.util.logging.Logger jul = java.util.logging.Logger.getLogger("");
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            said.add(event.getFormattedMessage() + ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
    };
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord event) {
            said.add(event.getMessage() + Arrays.toString(event.getParameters()) + event.getThrown());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };
    private Level level;

    @BeforeEach
    void listen() {
        level = logback.getLevel();
        logback.setLevel(Level.TRACE);
        logback.detachAndStopAllAppenders();
        appender.setContext(logback.getLoggerContext());
        appender.start();
        logback.addAppender(appender);
        jul.addHandler(handler);
        jul.setLevel(java.util.logging.Level.ALL);
    }

    @AfterEach
    void stop() {
        jul.removeHandler(handler);
        jul.setLevel(java.util.logging.Level.INFO);
        logback.detachAppender(appender);
        logback.setLevel(level);
        server.close();
    }

    private void failure(Runnable call) {
        Throwable thrown = catchThrowable(call::run);
        assertThat(thrown).isInstanceOf(TegulaException.class);
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        said.add(text.toString());
    }

    /** Every answer quotes the request, and the secrets that answers carry. */
    private static List<Function<String, String>> echoes() {
        return List.of(
                body -> body,
                body -> "{\"errors\":[\"" + body.replace("\"", "\\\"") + "\"]}",
                body -> "{\"data\":{\"ciphertext\":\"" + PLAINTEXT + "\",\"plaintext\":\"" + PLAINTEXT + "%\"}}",
                body -> "{\"data\":{\"x\":" + body + "},\"auth\":{\"client_token\":\"\",\"x\":\"" + Setup.TOKEN
                        + "\"}}",
                body -> "{\"auth\":{\"client_token\":\"" + Setup.TOKEN);
    }

    @Test
    void failures_ofAServerThatQuotesEverything_quoteNothing() {
        List<VaultAuth> logins = new ArrayList<>(List.of(
                Setup.appRole(directory),
                AppRole.of("role-1", Setup.write(directory.resolve("wrapped"), WRAPPING))
                        .wrapped(),
                Kubernetes.of("role", Setup.write(directory.resolve("jwt"), JWT))));
        int expected = 0;
        for (int status : STATUSES) {
            for (Function<String, String> echo : echoes()) {
                for (String operation : List.of("encrypt", "decrypt", "rewrap")) {
                    server.on("transit/" + operation + "/main", json(echo, status));
                }
                server.on("transit/keys/main", json(200, Bodies.key("")));
                for (String path : List.of("auth/approle/login", "auth/kubernetes/login", "sys/wrapping/lookup")) {
                    server.on(path, json(echo, status));
                }
                try (VaultKms kms =
                        Setup.kms(server.address()).random(Setup.NO_PAUSES).build()) {
                    Kek kek = kms.kek("main");
                    failure(() -> kek.wrap(Setup.root(), Setup.context()));
                    failure(() -> kek.unwrap(Setup.wrapped(), Setup.context()));
                    failure(() -> kek.rewrap(Setup.wrapped(), Setup.context()));
                    expected += 3;
                }
                for (VaultAuth login : logins) {
                    try (VaultKms kms = Setup.kms(server.address())
                            .auth(login)
                            .random(Setup.NO_PAUSES)
                            .build()) {
                        failure(() -> kms.kek("main").unwrap(Setup.wrapped(), Setup.context()));
                        expected++;
                    }
                }
            }
        }
        assertThat(said).hasSizeGreaterThanOrEqualTo(expected);
        assertThat(expected).isEqualTo(STATUSES.size() * 5 * 6);
        assertThat(said).allSatisfy(text -> assertThat(text)
                .doesNotContain(Setup.TOKEN, Setup.SECRET_ID, WRAPPING, JWT, PLAINTEXT)
                .doesNotContain(PLAINTEXT.substring(0, 20), Bodies.BLOB, "tenant-canary"));
    }
}
