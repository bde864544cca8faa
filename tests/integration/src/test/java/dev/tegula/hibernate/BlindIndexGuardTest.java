package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tegula.blindindex.BlindIndex;
import dev.tegula.hibernate.Register.Person;
import dev.tegula.hibernate.guard.EncryptedQueries;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.hibernate.Session;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What does not work on a blind index is refused when the query runs, on empty tables, without a word of the value. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BlindIndexGuardTest {

    private static final String CANARY = "CANARY-5577";

    private Fixture fixture;

    @BeforeAll
    void open() {
        fixture = Fixture.of(Register.CLASSES);
    }

    @AfterAll
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select p.name from Person p where p.ssnIndex = '123'",
                "select p.name from Person p where p.ssnIndex in ('123', '456')",
                "select p.name from Person p where p.ssnIndex > :v",
                "select p.name from Person p where p.ssnIndex like :v",
                "select p.name from Person p where p.ssnIndex between :v and :v",
                "select p.name from Person p where p.ssnIndex is distinct from :v",
                "select p.name from Person p where p.ssnIndex = upper(:v)",
                "select p.name from Person p where p.ssnIndex = p.lastFour",
                "select p.name from Person p, Person q where p.ssnIndex = q.ssnIndex",
                "select p.name from Person p where p.ssnIndex in (select q.ssnIndex from Person q)",
                "select p.name from Person p where coalesce(p.ssnIndex, p.lastFour) = :v",
                "select p.name from Person p where length(p.ssnIndex) = 3",
                "select p.name from Person p order by p.ssnIndex",
                "select p.name from Person p order by p.passport.numberIndex",
                "select count(p) from Person p group by p.ssnIndex",
                "select distinct p.ssnIndex from Person p",
                "select count(distinct p.ssnIndex) from Person p",
                "select max(p.ssnIndex) from Person p",
                "select p.name from Person p where p.passport = :v"
            })
    void query_thatCannotWork_isRefused(String query) {
        Throwable failure = catchThrowable(() -> fixture.run(session -> {
            var created = session.createQuery(query, Object.class);
            if (query.contains(":v")) {
                created.setParameter("v", query.contains("passport =") ? new Register.Passport() : CANARY);
            }
            created.getResultList();
        }));

        assertThat(failure).isNotNull();
        assertThat(rootOf(failure)).isInstanceOf(EncryptedQueryException.class);
        assertThat(Causes.text(failure)).doesNotContain(CANARY);
    }

    /** The first of two lines: the second sees the same when the query is translated. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "select p.name from Person p where p.ssnIndex = '123'",
                "select p.name from Person p where p.ssnIndex <> '123'",
                "select p.name from Person p where p.ssnIndex in (:v, '456')",
                "select p.name from Person p where p.ssnIndex = upper(:v)",
                "select p.name from Person p where p.ssnIndex = p.lastFour",
                "select p.name from Person p where p.ssnIndex in (select q.ssnIndex from Person q)"
            })
    void query_withAnythingButParameters_isRefusedBeforeItIsTranslated(String query) {
        fixture.run(
                session -> assertThatThrownBy(() -> EncryptedQueries.check(session.createQuery(query, Object.class)))
                        .isInstanceOf(EncryptedQueryException.class)
                        .hasMessageContaining("is a blind index; "));
        fixture.run(session -> EncryptedQueries.check(
                session.createQuery("from Person p where p.ssnIndex in (:v, :w)", Person.class)));
    }

    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update Person p set p.ssnIndex = :v",
                "update Person p set p.name = 'x' where p.ssnIndex > :v",
                "update Member m set m.name = 'x' where m.codeIndex = :v",
                "delete from Member m where m.codeIndex = :v",
                "delete from Nurse n where n.codeIndex in (:v)"
            })
    void bulkStatement_thatCannotWork_isRefused(String statement) {
        Throwable failure = catchThrowable(() -> fixture.run(session ->
                session.createMutationQuery(statement).setParameter("v", CANARY).executeUpdate()));

        assertThat(failure).isNotNull();
        assertThat(rootOf(failure)).isInstanceOf(EncryptedQueryException.class);
        assertThat(Causes.text(failure)).doesNotContain(CANARY);
    }

    @Test
    void refusal_ofAQuery_saysWhatWorks() {
        assertThatThrownBy(() ->
                        fixture.run(session -> session.createQuery("from Person p order by p.ssnIndex", Person.class)
                                .getResultList()))
                .hasMessageContaining("Person.ssnIndex is a blind index; `order by` cannot work")
                .hasMessageContaining("`=`, `<>` and `in` with parameters");
    }

    @Test
    void parameter_ofAnotherType_isRefusedWithoutTheValue() {
        assertThatThrownBy(() -> find("p.ssnIndex = :v", 987_654_321L))
                .isInstanceOf(EncryptedQueryException.class)
                .hasMessageContaining("must be a String")
                .hasMessageNotContaining("987");
        assertThatThrownBy(() -> find("p.nameAndBirth = :v", CANARY))
                .isInstanceOf(EncryptedQueryException.class)
                .hasMessageContaining("2 attributes")
                .hasMessageNotContaining("CANARY");
        assertThatThrownBy(() -> find("p.nameAndBirth = :v", BlindIndex.of(List.of(CANARY, CANARY))))
                .isInstanceOf(EncryptedQueryException.class)
                .hasMessageContaining("LocalDate")
                .hasMessageNotContaining("CANARY");
        assertThatThrownBy(() -> find("p.ssnIndex = :v", CANARY.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("CANARY");
    }

    private List<Person> find(String where, Object value) {
        return fixture.call(session -> session.createQuery("from Person p where " + where, Person.class)
                .setParameter("v", value)
                .getResultList());
    }

    @Test
    void valueInEveryUse_withAllLogging_isPrintedNowhere() {
        try (Fixture own = Fixture.of(Register.CLASSES);
                Logs logs = Logs.open()) {
            UUID id = own.save(person()).id;
            own.run(session -> lookUps(session));
            own.run(session -> session.find(Person.class, id).email = CANARY + "-2");
            String twice = Causes.text(catchThrowable(() -> own.save(person())));
            own.database().execute("update Person set lastFour = ssnIndex");
            String swapped = Causes.text(catchThrowable(() -> own.run(session -> session.find(Person.class, id))));
            String wrong = Causes.text(catchThrowable(
                    () -> own.run(session -> session.createQuery("from Person p where p.lastFour = :v", Person.class)
                            .setParameter("v", CharBuffer.wrap(CANARY))
                            .getResultList())));

            assertThat(twice).contains("duplicate key", "ssnindex");
            assertThat(swapped).contains("IntegrityException");
            assertThat(wrong).contains("EncryptedQueryException");
            assertThat(logs.text() + twice + swapped + wrong + own.database().dump())
                    .doesNotContain(CANARY)
                    .doesNotContain(hex());
        }
    }

    private static String hex() {
        return HexFormat.of().formatHex(CANARY.getBytes(StandardCharsets.UTF_8));
    }

    private static void lookUps(Session session) {
        assertThat(session.createQuery("from Person p where p.lastFour = :v", Person.class)
                        .setParameter("v", CANARY)
                        .getResultList())
                .hasSize(1);
        assertThat(session.createQuery("from Person p where p.lastFour in :v", Person.class)
                        .setParameter("v", List.of(CANARY, BlindIndex.of(CANARY)))
                        .getResultList())
                .hasSize(1);
        var builder = session.getCriteriaBuilder();
        var query = builder.createQuery(Person.class);
        var root = query.from(Person.class);
        query.where(
                builder.equal(root.get("lastFour"), CANARY),
                root.get("lastFour").in(CANARY, CANARY));
        assertThat(session.createQuery(query).getResultList()).hasSize(1);
    }

    private static Person person() {
        Person person = new Person();
        person.name = "Ada";
        person.ssn = CANARY;
        person.email = CANARY + "@example.org";
        person.passport = new Register.Passport();
        person.passport.number = CANARY;
        return person;
    }
}
