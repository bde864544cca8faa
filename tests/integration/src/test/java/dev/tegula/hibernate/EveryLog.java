package dev.tegula.hibernate;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.slf4j.LoggerFactory;

/** Every logger of Logback and of the JDK at its finest level. */
final class EveryLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final java.util.logging.Logger driver = java.util.logging.Logger.getLogger("org.postgresql");
    private final List<ch.qos.logback.core.Appender<ILoggingEvent>> others = new ArrayList<>();
    private final Map<Logger, Level> levels = new HashMap<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord said) {
            lines.add(said.getLevel() + " " + said.getLoggerName() + " " + new SimpleFormatter().format(said));
        }

        @Override
        public void flush() {
            // kept in memory
        }

        @Override
        public void close() {
            // kept in memory
        }
    };

    EveryLog() {
        start();
        root.iteratorForAppenders().forEachRemaining(others::add);
        others.forEach(root::detachAppender);
        root.addAppender(this);
        root.getLoggerContext().getLoggerList().forEach(logger -> {
            if (logger.getLevel() != null) {
                levels.put(logger, logger.getLevel());
                logger.setLevel(Level.TRACE);
            }
        });
        handler.setLevel(java.util.logging.Level.ALL);
        driver.setLevel(java.util.logging.Level.ALL);
        driver.addHandler(handler);
    }

    @Override
    protected void append(ILoggingEvent event) {
        lines.add(event.getLevel() + " " + event.getLoggerName() + " " + event.getFormattedMessage()
                + (event.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(event.getThrowableProxy())));
    }

    String text() {
        return String.join("\n", lines);
    }

    /** Level and logger of what printed the value. */
    Set<String> printed() {
        Set<String> printed = new TreeSet<>();
        lines.stream()
                .filter(Canary::in)
                .forEach(line -> printed.add(line.split(" ", 3)[0] + " " + line.split(" ", 3)[1]));
        return printed;
    }

    @Override
    public void close() {
        driver.removeHandler(handler);
        driver.setLevel(null);
        levels.forEach(Logger::setLevel);
        root.detachAppender(this);
        others.forEach(root::addAppender);
        stop();
    }
}
