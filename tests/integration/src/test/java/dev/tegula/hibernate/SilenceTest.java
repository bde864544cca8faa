package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.hibernate.Session;
import org.junit.jupiter.api.Test;

/** A value that appears in no column, no log line and no message. */
final class SilenceTest {

    private static final String CANARY = "CANARY-0815";
    private static final Class<?>[] ANNOTATED = {Plain.class};

    @jakarta.persistence.Entity(name = "Plain")
    static class Plain {
        @jakarta.persistence.Id
        Long id;

        String name;

        @Encrypted("q.secret")
        String secret;

        @Encrypted("q.number")
        Integer number;

        @Encrypted(value = "q.sealed", nulls = Nulls.SEAL)
        String sealed;

        @Encrypted("q.notes")
        Map<String, String> notes;

        @jakarta.persistence.ElementCollection
        @Encrypted("q.tags")
        List<String> tags = new java.util.ArrayList<>();
    }

    @Test
    void storeReadChangeDelete_withAllLogging_printsAndStoresNoValue() {
        try (Logs logs = Logs.open();
                Fixture fixture = Fixture.of(ANNOTATED)) {
            fixture.save(plain());
            fixture.run(session -> session.find(Plain.class, 1L).secret = CANARY + "-changed");
            fixture.run(session -> session.createQuery("select p.secret from Plain p", String.class)
                    .getResultList());
            fixture.run(session -> session.createQuery("from Plain p", Plain.class)
                    .getResultList()
                    .forEach(found -> found.tags.add(CANARY)));
            String dump = fixture.database().dump();
            fixture.run(session -> session.remove(session.find(Plain.class, 1L)));

            assertThat(logs.text())
                    .contains("<- [***]")
                    .contains("insert into")
                    .doesNotContain(CANARY)
                    .doesNotContain("424242");
            assertThat(dump)
                    .contains("Ada")
                    .doesNotContain(CANARY, HexFormat.of().formatHex(CANARY.getBytes(StandardCharsets.UTF_8)));
        }
    }

    @Test
    void wrongUses_withTheValue_neverQuoteIt() {
        try (Logs logs = Logs.open();
                Fixture fixture = Fixture.of(ANNOTATED)) {
            fixture.save(plain());
            fixture.database().execute("alter table plain add check (octet_length(secret) < 10) not valid");
            List<String> failures = List.of(
                    failure(fixture, session -> session.createQuery("from Plain p where p.secret = :v", Plain.class)
                            .setParameter("v", CANARY)
                            .getResultList()),
                    failure(fixture, session -> session.createQuery("from Plain p where p.number = :v", Plain.class)
                            .setParameter("v", CANARY)
                            .getResultList()),
                    failure(fixture, session -> session.createMutationQuery("update Plain p set p.secret = :v")
                            .setParameter("v", CANARY)
                            .executeUpdate()),
                    failure(fixture, session -> session.createMutationQuery("update Plain p set p.number = :v")
                            .setParameter("v", CANARY)
                            .executeUpdate()),
                    failure(fixture, session -> {
                        var builder = session.getCriteriaBuilder();
                        var query = builder.createQuery(Plain.class);
                        query.where(builder.equal(query.from(Plain.class).get("number"), CANARY));
                        return session.createQuery(query).getResultList();
                    }),
                    failure(fixture, session -> {
                        Plain again = plain();
                        again.id = 2L;
                        session.persist(again);
                        session.flush();
                        return again;
                    }));

            assertThat(failures).noneMatch(String::isEmpty).noneMatch(text -> text.contains(CANARY));
            assertThat(logs.text()).doesNotContain(CANARY);
        }
    }

    @Test
    void foreignBytes_inTheColumn_areNamedAndNotQuoted() {
        try (Logs logs = Logs.open();
                Fixture fixture = Fixture.of(ANNOTATED)) {
            fixture.save(plain());
            fixture.database().execute("update plain set secret = '" + CANARY + "'::bytea");

            String failure = failure(fixture, session -> session.find(Plain.class, 1L));

            assertThat(failure).contains("q.secret").doesNotContain(CANARY);
            assertThat(logs.text()).doesNotContain(CANARY);
        }
    }

    @Test
    void envelopeOfAnotherField_inTheColumn_doesNotOpen() {
        try (Fixture fixture = Fixture.of(ANNOTATED)) {
            fixture.save(plain());
            fixture.database().execute("update plain set secret = sealed");

            assertThat(failure(fixture, session -> session.find(Plain.class, 1L)))
                    .contains("dev.tegula.failure.");
        }
    }

    @Test
    void sealedNull_inTheDatabase_isAnEnvelopeLikeAnyOther() {
        try (Fixture fixture = Fixture.of(ANNOTATED)) {
            Plain nothing = new Plain();
            nothing.id = 3L;
            fixture.save(nothing);

            assertThat(fixture.database().bytes("select sealed from plain")).hasSize(75);
            assertThat(fixture.database().value("select secret from plain")).isNull();
            assertThat(fixture.call(session -> session.find(Plain.class, 3L)).sealed)
                    .isNull();
        }
    }

    private interface Work {
        Object with(Session session);
    }

    private static String failure(Fixture fixture, Work work) {
        Throwable failure = catchThrowable(() -> fixture.run(work::with));
        return failure == null ? "" : Causes.text(failure);
    }

    private static Plain plain() {
        Plain plain = new Plain();
        plain.id = 1L;
        plain.name = "Ada";
        plain.secret = CANARY;
        plain.number = 424242;
        plain.sealed = CANARY;
        plain.notes = new java.util.HashMap<>(Map.of(CANARY, CANARY));
        plain.tags.add(CANARY);
        return plain;
    }
}
