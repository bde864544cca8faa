package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tegula.blindindex.BlindIndex;
import dev.tegula.hibernate.PathMappings.*;
import dev.tegula.value.Sensitive;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.hibernate.Session;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is seen between Hibernate and the database: by a proxy that logs every parameter, and by the driver at its finest level. */
final class StatementLogTest {

    private static final String CANARY = "CANARY-3141";
    private static final String HEX = HexFormat.of().formatHex(CANARY.getBytes(StandardCharsets.UTF_8));

    private static final Seen SEEN = new Seen();
    private static Fixture fixture;

    @Entity(name = "Sought")
    static class Sought {
        @Id
        Long id;

        @Encrypted("log.sought")
        String secret;

        @BlindIndexOf("secret")
        BlindIndex secretIndex;
    }

    @BeforeAll
    static void open() {
        Logger.getLogger("org.postgresql").setLevel(Level.FINEST);
        Logger.getLogger("").addHandler(SEEN);
        Postgres database = Postgres.fresh();
        Class<?>[] classes = Arrays.copyOf(PathMappings.CLASSES, PathMappings.CLASSES.length + 1);
        classes[classes.length - 1] = Sought.class;
        fixture = Fixture.on(
                database,
                Map.of("hibernate.connection.datasource", LoggedCalls.of(database.dataSource(), SEEN.messages::add)),
                classes);
        PathMappings.tegula = fixture.tegula();
    }

    @AfterAll
    static void close() {
        fixture.close();
        Logger.getLogger("").removeHandler(SEEN);
        Logger.getLogger("org.postgresql").setLevel(null);
    }

    @Test
    void parameters_inTheLogsOfADriverAndAProxy_areCiphertext() {
        everything(1);

        assertThat(SEEN.messages)
                .as("the proxy")
                .anyMatch(message -> message.contains("setBytes"))
                .anyMatch(message -> message.contains("createArrayOf"));
        assertThat(SEEN.messages).as("the driver").anyMatch(message -> message.contains("FE=> Bind"));
        assertThat(SEEN.messages)
                .noneMatch(message -> message.contains(CANARY)
                        || message.toLowerCase(Locale.ROOT).contains(HEX));
    }

    /** Of Hibernate, which prints entities at DEBUG. Should this turn red, it stopped, and the documents may say so. */
    @Test
    void entity_withAConverter_isPrintedByHibernate() {
        try (Logs logs = Logs.open()) {
            fixture.save(new Folder(10, CANARY));
            assertThat(logs.text()).contains("note=" + CANARY).doesNotContain("secret=" + CANARY);
        }
    }

    @Test
    void failures_ofWritesAndReadsByAConverter_doNotQuoteTheValue() {
        fixture.save(new Sheet(20, CANARY, null));
        fixture.database().execute("alter table sheet add constraint none check (id not in (20, 21)) not valid");
        List<Consumer<Session>> failing = List.of(
                session -> session.persist(new Sheet(21, CANARY, null)),
                session -> session.persist(new Sheet(20, CANARY, null)),
                session -> session.createMutationQuery("update Sheet s set s.note = :v")
                        .setParameter("v", CANARY)
                        .executeUpdate(),
                session -> session.createSelectionQuery("from Sheet s where s.note = :v", Sheet.class)
                        .setParameter("v", CANARY)
                        .getResultList(),
                session -> session.find(Sheet.class, 20L).note = CANARY + "-2");
        for (Consumer<Session> work : failing) {
            Throwable failure = catchThrowable(() -> fixture.run(work));
            assertThat(failure).isNotNull();
            assertThat(Causes.text(failure)).doesNotContain(CANARY).doesNotContainIgnoringCase(HEX);
        }
        assertThat(SEEN.messages).noneMatch(message -> message.contains(CANARY));
    }

    @Test
    void text_ofWhatHoldsAValue_doesNotQuoteIt() {
        Sought sought = new Sought();
        sought.secretIndex = BlindIndex.of(CANARY);
        List<Object> holders = List.of(
                new Sensitive<>(CANARY),
                BlindIndex.of(CANARY),
                BlindIndex.candidates(CANARY),
                List.of(new Sensitive<>(CANARY)));
        assertThat(holders).noneMatch(holder -> holder.toString().contains(CANARY));
        assertThat(sought.secretIndex.toString()).doesNotContain(CANARY);
    }

    private static void everything(long id) {
        fixture.save(new Folder(id, CANARY));
        Sought sought = new Sought();
        sought.id = id;
        sought.secret = CANARY;
        fixture.save(sought);
        fixture.run(session -> {
            Folder found = session.find(Folder.class, id);
            found.secret = CANARY + "-2";
            found.note = CANARY + "-2";
            found.lines.add(CANARY);
            found.notes.clear();
        });
        fixture.run(session -> assertThat(
                        session.createSelectionQuery("from Sought s where s.secretIndex = :v", Sought.class)
                                .setParameter("v", CANARY)
                                .getResultList())
                .hasSize(1));
        fixture.sessions().inStatelessTransaction(session -> {
            Folder found = session.get(Folder.class, id);
            session.update(found);
            session.upsert(found);
        });
        fixture.run(session -> session.remove(session.find(Folder.class, id)));
    }

    private static final class Seen extends Handler {

        private final List<String> messages = new CopyOnWriteArrayList<>();

        Seen() {
            setLevel(Level.ALL);
        }

        @Override
        public void publish(LogRecord message) {
            messages.add(new SimpleFormatter().format(message));
        }

        @Override
        public void flush() {
            // kept in memory
        }

        @Override
        public void close() {
            // kept in memory
        }
    }
}
