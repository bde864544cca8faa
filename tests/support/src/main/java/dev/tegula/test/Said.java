package dev.tegula.test;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** Everything that was said while it was open: failures with their causes, descriptions, and the log at its finest. */
final class Said implements AutoCloseable {

    private static final boolean LOGBACK =
            LoggerFactory.getILoggerFactory().getClass().getName().equals("ch.qos.logback.classic.LoggerContext");

    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final Runnable log;

    private Said() {
        log = LOGBACK ? LogbackLines.start(lines) : () -> {};
    }

    static Said listen() {
        return new Said();
    }

    /** Whether the log is read too: only Logback can be turned up and read from here. */
    static boolean readsLog() {
        return LOGBACK;
    }

    /** Adds a description. */
    void add(Object thing) {
        lines.add(String.valueOf(thing));
    }

    /** Runs what must fail, and adds the failure with causes and suppressed ones. */
    void failure(String what, Runnable call) {
        RuntimeException thrown = null;
        try {
            call.run();
        } catch (RuntimeException e) {
            thrown = e;
        }
        assertNotNull(thrown, what + " must fail");
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        lines.add(text.toString());
    }

    void assertWithout(String what, byte[] secret) {
        HexFormat hex = HexFormat.of();
        assertWithout(what + " as hex", hex.formatHex(secret));
        assertWithout(what + " as base64", Base64.getEncoder().withoutPadding().encodeToString(secret));
        assertWithout(
                what + " as base64url", Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
        assertWithout(what + " as text", new String(secret, StandardCharsets.ISO_8859_1));
        String numbers = Arrays.toString(secret);
        assertWithout(what + " as numbers", numbers.substring(1, numbers.length() - 1));
    }

    void assertWithout(String what, String secret) {
        String sought = secret.toLowerCase(Locale.ROOT);
        List<String> found = lines.stream()
                .filter(line -> line.toLowerCase(Locale.ROOT).contains(sought))
                .map(line -> line.replace(secret, "<here>"))
                .toList();
        assertTrue(found.isEmpty(), () -> "Secret said aloud: " + what + ", in: " + found);
    }

    @Override
    public void close() {
        log.run();
    }

    /** Apart, so that nothing here needs Logback on the class path. */
    private static final class LogbackLines {

        static Runnable start(Queue<String> lines) {
            Logger root = ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(Logger.ROOT_LOGGER_NAME);
            Level before = root.getLevel();
            List<Appender<ILoggingEvent>> others = new ArrayList<>();
            root.iteratorForAppenders().forEachRemaining(others::add);
            AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
                @Override
                protected void append(ILoggingEvent event) {
                    lines.add(event.getFormattedMessage() + ThrowableProxyUtil.asString(event.getThrowableProxy()));
                }
            };
            appender.setContext(root.getLoggerContext());
            appender.start();
            root.addAppender(appender);
            others.forEach(root::detachAppender);
            root.setLevel(Level.TRACE);
            return () -> {
                root.setLevel(before);
                others.forEach(root::addAppender);
                root.detachAppender(appender);
            };
        }
    }
}
