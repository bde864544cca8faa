package dev.tegula.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import dev.tegula.blindindex.BlindIndex;
import dev.tegula.spring.notes.Visit;
import dev.tegula.value.Sensitive;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.jpa.repository.JpaRepository;

/** One value in every kind of encrypted attribute, written as JSON by the mappers of both Jacksons under each setting, while all is logged. */
@SuppressWarnings("removal") // Boot's support of Jackson 2
class JsonSentinelTest {

    private static final String CANARY = "CANARY-JSON-4862";

    @TempDir
    Path folder;

    private interface Writing {
        String json(Object value) throws Exception;
    }

    interface Visits extends JpaRepository<Visit, UUID> {
        List<Visit> findBySsnIndex(String ssn);
    }

    @EnableAutoConfiguration
    @EntityScan(basePackageClasses = Visit.class)
    static class Application {}

    /** A wrapper of the application's own. */
    public record Answer(Object body, Sensitive<String> own, BlindIndex index) {}

    @ParameterizedTest
    @ValueSource(strings = {"omit", "fail", "include"})
    void value_underEachSetting_isInNoJsonNoFailureAndNoLog(String setting) throws Exception {
        ChosenRepository.NAME.set(Visits.class.getName());
        try (ConfigurableApplicationContext application = Lab.withKeyset(folder)
                        .with("spring.sql.init.schema-locations", Lab.TABLES + ",classpath:notes.sql")
                        .with("tegula.json", setting)
                        .of(Application.class, ChosenRepository.class)
                        .run();
                Logged logged = new Logged()) {
            Map<String, Writing> mappers = Map.of(
                    "Jackson 2",
                    application.getBean(com.fasterxml.jackson.databind.ObjectMapper.class)::writeValueAsString,
                    "Jackson 3",
                    application.getBean(tools.jackson.databind.json.JsonMapper.class)::writeValueAsString);
            Map<String, Object> values = values(application.getBean(Visits.class));
            List<String> found = new ArrayList<>();
            mappers.forEach((mapper, writing) -> values.forEach((name, value) -> {
                String place = mapper + ", " + name;
                StringBuilder json = new StringBuilder();
                Throwable failure = catchThrowable(() -> json.append(writing.json(value)));
                assertThat(failure != null).as(place).isEqualTo(setting.equals("fail"));
                String text = failure == null ? json.toString() : text(failure);
                assertThat(text).as(place).contains(failure == null ? "Ada" : "is encrypted, and JSON would show it");
                if (text.contains(CANARY)) {
                    found.add(place);
                }
            }));
            if (setting.equals("include")) {
                assertThat(found).as("without the defence it is in all of them").hasSize(2 * values.size());
            } else {
                assertThat(found).isEmpty();
            }
            assertThat(logged.text())
                    .as("all of it was logged")
                    .contains("insert into visit", "binding parameter", " org.postgresql.")
                    .doesNotContain(CANARY);
        }
    }

    private static Map<String, Object> values(Visits visits) {
        Visit visit =
                new Visit("Ada", null, LocalDate.EPOCH); // Hibernate prints a String of a converter, as the page says
        visit.hidden = new Sensitive<>(CANARY);
        visit.ssn = CANARY;
        visit.sheet = new Visit.Sheet("Zurich", CANARY);
        visits.save(visit);
        Visit found = visits.findBySsnIndex(CANARY).get(0);
        assertThat(found.ssn + found.hidden.value() + found.sheet.phone()).isEqualTo(CANARY + CANARY + CANARY);
        Visit converted = new Visit("Ada", CANARY, null);
        Page<Visit> page = visits.findAll(PageRequest.of(0, 10));
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("an entity", found);
        values.put("an entity with a converter", converted);
        values.put("a list", List.of(found));
        values.put("a map", Map.of("visit", found));
        values.put("a page", page.getContent());
        values.put("a wrapper", new Answer(found, new Sensitive<>(CANARY), BlindIndex.of(CANARY)));
        return values;
    }

    private static String text(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    /** Everything, at the finest level. */
    private static final class Logged extends AppenderBase<ILoggingEvent> implements AutoCloseable {

        private final Queue<String> lines = new ConcurrentLinkedQueue<>();
        private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        private final List<ch.qos.logback.core.Appender<ILoggingEvent>> others = new ArrayList<>();
        private final Map<Logger, Level> levels = new LinkedHashMap<>();
        private final java.util.logging.Logger driver = java.util.logging.Logger.getLogger("org.postgresql");

        Logged() {
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
            driver.setLevel(java.util.logging.Level.ALL);
        }

        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getLevel() + " " + event.getLoggerName() + " " + event.getFormattedMessage()
                    + (event.getThrowableProxy() == null
                            ? ""
                            : ThrowableProxyUtil.asString(event.getThrowableProxy())));
        }

        String text() {
            return String.join("\n", lines);
        }

        @Override
        public void close() {
            driver.setLevel(null);
            levels.forEach(Logger::setLevel);
            root.detachAppender(this);
            others.forEach(root::addAppender);
            stop();
        }
    }
}
