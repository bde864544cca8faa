package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.hibernate.engine.Engine;
import dev.tegula.jpa.EncryptedConverter;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Convert;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A mapping in which nothing but converters encrypts is published, and its writes are refused, like any other. */
final class ConverterCatalogueTest {

    private static volatile Tegula shared;

    static class Note extends EncryptedConverter<String> implements AttributeConverter<String, byte[]> {
        Note() {
            super(() -> shared, "visit.note", String.class);
        }
    }

    static class Tag extends EncryptedConverter<String> implements AttributeConverter<String, byte[]> {
        Tag() {
            super(() -> shared, "visit.tag", String.class);
        }
    }

    @Entity(name = "Visit")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Visit {
        @Id
        Long id;

        String kind;

        @Convert(converter = Note.class)
        String note;

        @ElementCollection
        @Convert(converter = Tag.class)
        List<String> tags = new ArrayList<>();
    }

    @Entity(name = "HomeVisit")
    static class HomeVisit extends Visit {
        String street;
    }

    private final Postgres database = Postgres.fresh();

    @BeforeEach
    void open() {
        shared = Fixture.engine(database);
    }

    @AfterEach
    void close() {
        shared.close();
    }

    private SessionFactory sessions(String ddl, Map<String, ?> more) {
        Map<String, Object> settings = new HashMap<>(more);
        settings.put("hibernate.hbm2ddl.auto", ddl);
        return Fixture.sessions(database, settings, Visit.class, HomeVisit.class);
    }

    /** Tables with these types, and a row that was stored while they were right. */
    private SessionFactory withTypes(String note, String tag) {
        try (SessionFactory first = sessions("create", Map.of())) {
            first.inTransaction(session -> session.persist(visit(new Visit(), 1, null)));
        }
        database.execute("alter table visit alter note type " + note + " using null");
        database.execute("alter table visit_tags alter tags type " + tag + " using null");
        return sessions("none", Map.of(Engine.PROPERTY, shared));
    }

    private static <V extends Visit> V visit(V visit, long id, String note) {
        visit.id = id;
        visit.note = note;
        return visit;
    }

    private static void assertRefused(SessionFactory sessions, Consumer<StatelessSession> write) {
        assertThatThrownBy(() -> sessions.inStatelessTransaction(write))
                .hasStackTraceContaining("visit.note: nothing was encrypted. The column is text");
    }

    @Test
    void firstValueOfAConverter_publishesTheMapping() {
        try (SessionFactory sessions = sessions("create", Map.of(Engine.PROPERTY, shared))) {
            assertThat(shared.catalogue().orElseThrow().columns()).isEmpty();
            sessions.inTransaction(session -> session.persist(visit(new Visit(), 1, "canary")));

            assertThat(shared.catalogue().orElseThrow().columns())
                    .extracting(EncryptedColumn::label)
                    .containsExactly("public.visit.note", "public.visit_tags.tags");
        }
    }

    @Test
    void everyWayToWrite_intoAColumnOfText_isRefused() {
        try (SessionFactory sessions = withTypes("text", "bytea")) {
            assertThatThrownBy(() ->
                            sessions.inTransaction(session -> session.persist(visit(new HomeVisit(), 2, "canary"))))
                    .hasStackTraceContaining("visit.note: nothing was encrypted. The column is text");
        }
        try (SessionFactory sessions = sessions("none", Map.of(Engine.PROPERTY, shared))) {
            assertThatThrownBy(() -> sessions.inTransaction(session -> session.find(Visit.class, 1L).note = "canary"))
                    .hasStackTraceContaining("visit.note: nothing was encrypted. The column is text");
        }
        try (SessionFactory sessions = sessions("none", Map.of(Engine.PROPERTY, shared))) {
            assertRefused(sessions, session -> session.insert(visit(new Visit(), 3, "canary")));
            assertRefused(sessions, session -> session.update(visit(new Visit(), 1, "canary")));
            assertRefused(sessions, session -> session.upsert(visit(new Visit(), 1, "canary")));
        }
        assertThat(database.value("select count(*) from visit where note is not null"))
                .isEqualTo(0L);
    }

    @Test
    void firstWriteOfAStatelessSession_intoAColumnOfText_isRefused() {
        withTypes("text", "bytea").close();
        List<Consumer<StatelessSession>> writes = List.of(
                session -> session.insert(visit(new Visit(), 3, "canary")),
                session -> session.update(visit(new Visit(), 1, "canary")),
                session -> session.upsert(visit(new Visit(), 1, "canary")));
        for (Consumer<StatelessSession> write : writes) {
            close();
            open();
            try (SessionFactory sessions = sessions("none", Map.of(Engine.PROPERTY, shared))) {
                assertRefused(sessions, write);
            }
        }
    }

    @Test
    void elementsOfACollection_intoAColumnOfText_areRefusedAndTheEntityIsNot() {
        try (SessionFactory sessions = withTypes("bytea", "text")) {
            assertThatThrownBy(() -> sessions.inTransaction(
                            session -> session.find(Visit.class, 1L).tags.add("canary")))
                    .hasStackTraceContaining("visit.tag: nothing was encrypted. The column is text");

            sessions.inTransaction(session -> session.find(Visit.class, 1L).note = "canary");
        }
        assertThat(database.bytes("select note from visit")).startsWith(1, 0);
        assertThat(database.value("select count(*) from visit_tags")).isEqualTo(0L);
    }

    @Test
    void converter_withoutTheProperty_worksAndWarns() {
        try (Logs logs = Logs.open();
                SessionFactory sessions = sessions("create", Map.of())) {
            sessions.inTransaction(session -> session.persist(visit(new Visit(), 1, "canary")));
            sessions.inTransaction(session -> session.persist(visit(new Visit(), 2, "canary")));

            assertThat(logs.text()).containsOnlyOnce("The property tegula.engine is not set");
        }
        assertThat(shared.catalogue().orElseThrow().columns()).isEmpty();
    }

    @Test
    void converterWithAnotherEngine_isRefusedBeforeItsFirstValueAndAtEachLaterOne() {
        withTypes("text", "bytea").close();
        try (Tegula other = Fixture.engine(database);
                SessionFactory sessions = sessions("none", Map.of(Engine.PROPERTY, other))) {
            for (int i = 0; i < 2; i++) {
                assertAnotherEngine(
                        () -> sessions.inTransaction(session -> session.persist(visit(new HomeVisit(), 2, "canary"))));
                assertAnotherEngine(
                        () -> sessions.inTransaction(session -> session.find(Visit.class, 1L).note = "canary"));
                assertAnotherEngine(() ->
                        sessions.inStatelessTransaction(session -> session.insert(visit(new Visit(), 3, "canary"))));
            }
        }
        assertThat(database.value("select count(*) from visit where note is not null"))
                .isEqualTo(0L);
        assertThat(database.value("select count(*) from visit")).isEqualTo(1L);
    }

    private static void assertAnotherEngine(ThrowingCallable work) {
        assertThatThrownBy(work)
                .hasStackTraceContaining("encrypts by another Tegula than the one of the property tegula.engine")
                .hasStackTraceContaining("Visit.note")
                .hasStackTraceContaining("$Note");
    }

    @Test
    void converterWithTheEngineThatASupplierGives_isNotRefused() {
        Supplier<Tegula> supplier = () -> shared;
        try (SessionFactory sessions = sessions("create", Map.of(Engine.PROPERTY, supplier))) {
            sessions.inTransaction(session -> session.persist(visit(new Visit(), 1, "canary")));
        }
        assertThat(database.bytes("select note from visit")).startsWith(1, 0);
    }
}
