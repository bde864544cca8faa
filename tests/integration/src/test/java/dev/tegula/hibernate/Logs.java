package dev.tegula.hibernate;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** Everything that Hibernate, the driver and Tegula log while it is open, at the finest level. */
final class Logs implements AutoCloseable {

    private static final List<String> NAMES = List.of("org.hibernate", "org.postgresql", "dev.tegula");

    private final ListAppender<ILoggingEvent> events = new ListAppender<>();

    private Logs() {
        events.start();
        NAMES.forEach(name -> {
            logger(name).setLevel(Level.TRACE);
            logger(name).setAdditive(false);
            logger(name).addAppender(events);
        });
    }

    static Logs open() {
        return new Logs();
    }

    /** Messages and failures, one after the other. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (ILoggingEvent event : List.copyOf(events.list)) {
            text.append(event.getFormattedMessage()).append('\n');
            if (event.getThrowableProxy() != null) {
                text.append(ch.qos.logback.classic.spi.ThrowableProxyUtil.asString(event.getThrowableProxy()));
            }
        }
        return text.toString();
    }

    @Override
    public void close() {
        NAMES.forEach(name -> {
            logger(name).detachAppender(events);
            logger(name).setLevel(null);
            logger(name).setAdditive(true);
        });
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }
}
