package dev.tegula.eclipselink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.test.TestTegula;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.criteria.CriteriaBuilder;
import jakarta.persistence.criteria.CriteriaDelete;
import jakarta.persistence.criteria.CriteriaQuery;
import jakarta.persistence.criteria.Predicate;
import jakarta.persistence.criteria.Root;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.eclipse.persistence.jpa.JpaCache;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Queries on what a converter encrypts under EclipseLink: what gives it a value to compare is refused, what gives it none is not seen. */
@Tag("long")
final class EclipseLinkQueriesTest {

    private static final String CANARY = "CANARY-9753";
    private static final String REFUSED = "a query compares what is encrypted";
    private static final AtomicLong IDS = new AtomicLong();

    private static EmbeddedPostgres server;
    private static TestTegula tegula;
    private static EntityManagerFactory factory;

    @BeforeAll
    static void open() throws IOException {
        server = EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofMinutes(2))
                .start();
        tegula = TestTegula.create();
        Engine.set(tegula.get());
        factory = Unit.factory(server.getPostgresDatabase(), Form.CLASSES);
    }

    @AfterAll
    static void close() throws IOException {
        factory.close();
        tegula.close();
        server.close();
    }

    @BeforeEach
    void two() {
        Engine.set(tegula.get());
        for (int i = 0; i < 2; i++) {
            run(session -> session.persist(new Form(IDS.incrementAndGet(), CANARY)));
        }
        factory.getCache().evictAll();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "f.text = :value",
                ":value = f.text",
                "f.text <> :value",
                "not f.text = :value",
                "f.text in (:value)",
                "f.text not in (:value, 'other')",
                "f.text > :value",
                "f.text between :value and :value",
                "f.part.text = :value",
                "f.more = :value",
                "f.id in (select max(g.id) from Form g where g.text = :value)",
                "exists (select s from Sheet s where s.form = f and s.text = :value)",
                "case when f.text = :value then 1 else 0 end = 1",
            })
    void comparison_withAParameter_isRefused(String condition) {
        assertThatThrownBy(() -> call(session -> session.createQuery("select f.id from Form f where " + condition)
                        .setParameter("value", CANARY)
                        .getResultList()))
                .hasStackTraceContaining(REFUSED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select f.id from Form f where f.text = 'CANARY'",
                "select f.id from Form f where f.text <> 'CANARY'",
                "select f.id from Form f where f.text in ('CANARY', 'other')",
                "select f.id from Form f where f.flag = true",
                "select f.id from Form f where f.flag <> false",
                "select f.id from Form f join f.answers a where value(a) = 'CANARY'",
                "select case when f.text = 'CANARY' then 1 else 0 end from Form f",
                "select f.name from Form f group by f.name, f.text having f.text = 'CANARY'",
            })
    void comparison_withALiteral_isRefused(String query) {
        assertThatThrownBy(() -> call(session -> session.createQuery(query).getResultList()))
                .hasStackTraceContaining(REFUSED);
    }

    @Test
    void comparison_ofANamedQueryOrCriteria_isRefused() {
        assertThatThrownBy(() -> call(session -> session.createNamedQuery("Form.byText", Form.class)
                        .setParameter("value", CANARY)
                        .getResultList()))
                .hasStackTraceContaining(REFUSED);
        List<BiFunction<CriteriaBuilder, Root<Form>, Predicate>> conditions = List.of(
                (builder, form) -> builder.equal(form.get("text"), CANARY),
                (builder, form) -> builder.notEqual(form.get("text"), CANARY),
                (builder, form) -> form.get("text").in(CANARY, "other"),
                (builder, form) -> builder.greaterThan(form.get("text"), CANARY),
                (builder, form) -> builder.isTrue(form.get("flag")));
        for (var condition : conditions) {
            assertThatThrownBy(() -> call(session -> {
                        CriteriaQuery<Form> query = session.getCriteriaBuilder().createQuery(Form.class);
                        Root<Form> form = query.from(Form.class);
                        query.where(condition.apply(session.getCriteriaBuilder(), form));
                        return session.createQuery(query).getResultList();
                    }))
                    .hasStackTraceContaining(REFUSED);
        }
    }

    /** What is refused would delete every row. */
    @Test
    void bulkDelete_thatCompares_isRefused_andDeletesNothing() {
        long before = sheets();
        for (String condition : List.of("s.text = :value", "s.text <> :value", "s.text in (:value)")) {
            assertThatThrownBy(() -> run(session -> session.createQuery("delete from Sheet s where " + condition)
                            .setParameter("value", CANARY)
                            .executeUpdate()))
                    .as(condition)
                    .hasStackTraceContaining(REFUSED);
        }
        assertThatThrownBy(() -> run(session -> {
                    CriteriaDelete<Form.Sheet> delete =
                            session.getCriteriaBuilder().createCriteriaDelete(Form.Sheet.class);
                    Root<Form.Sheet> sheet = delete.from(Form.Sheet.class);
                    delete.where(session.getCriteriaBuilder().notEqual(sheet.get("text"), CANARY));
                    session.createQuery(delete).executeUpdate();
                }))
                .hasStackTraceContaining(REFUSED);
        assertThat(sheets()).isEqualTo(before).isGreaterThan(0);
    }

    /** Not guarded: what it assigns and what it compares pass the same way. Should this turn red, the documents may say so. */
    @Test
    void bulkUpdate_whoseConditionCompares_comparesCiphertext() {
        int equal = call(session -> session.createQuery("update Sheet s set s.text = :value where s.text = :value")
                .setParameter("value", CANARY)
                .executeUpdate());
        int other = call(session -> session.createQuery("update Sheet s set s.text = :value where s.text <> :value")
                .setParameter("value", CANARY)
                .executeUpdate());

        assertThat(equal).isZero();
        assertThat((long) other).isEqualTo(sheets()).isGreaterThan(0);
    }

    /** Not guarded, as none of these gives the converter a value: equal values are as many groups as rows. */
    @Test
    void groups_areOneForEachRow() {
        List<Long> counts = call(session -> session.createQuery(
                        "select count(f) from Form f where f.text is not null group by f.text order by f.text",
                        Long.class)
                .getResultList());
        assertThat(counts).hasSizeGreaterThan(1).containsOnly(1L);
    }

    /** EclipseLink takes equal ones out itself, after it opened them; not where it counts them. */
    @Test
    void distinct_ofValues_isDoneInMemory() {
        List<String> texts = call(session -> session.createQuery("select distinct f.text from Form f", String.class)
                .getResultList());
        assertThat(texts).containsExactly(CANARY);
    }

    @Test
    void count_ofDistinctValues_isThatOfRows() {
        long counted = call(session -> session.createQuery("select count(distinct f.text) from Form f", Long.class)
                .getSingleResult());
        assertThat(counted)
                .isEqualTo(call(session -> session.createQuery("select count(f) from Form f", Long.class)
                        .getSingleResult()))
                .isGreaterThan(1);
    }

    /** Rows in the order of their envelopes, and the greatest of these: which one is chance, so nothing is said of it. */
    @Test
    void orderAndGreatest_areOfCiphertext() {
        List<String> ordered =
                call(session -> session.createQuery("select f.text from Form f order by f.text", String.class)
                        .getResultList());
        assertThat(ordered).hasSizeGreaterThan(1).containsOnly(CANARY);
        String greatest = call(session -> session.createQuery("select max(f.text) from Form f", String.class)
                .getSingleResult());
        assertThat(greatest).isEqualTo(CANARY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"encode(text, 'hex')", "text::text"})
    void nativeText_ofTheDatabase_isTheEnvelope(String expression) {
        Object text = call(session -> session.createNativeQuery("select " + expression + " from sheet limit 1")
                .getSingleResult());
        assertThat((String) text).contains("0100").doesNotContain("CANARY");
    }

    /** Not guarded: the cache of the persistence unit holds what the application does. */
    @Test
    void sharedCache_holdsTheValue() {
        long id = IDS.get();
        assertThat(call(session -> session.find(Form.class, id)).text).isEqualTo(CANARY);

        Form cached = (Form) factory.getCache().unwrap(JpaCache.class).getObject(Form.class, id);
        assertThat(cached.text).isEqualTo(CANARY);
    }

    private static long sheets() {
        return call(session ->
                session.createQuery("select count(s) from Sheet s", Long.class).getSingleResult());
    }

    private static void run(Consumer<EntityManager> work) {
        call(session -> {
            work.accept(session);
            return null;
        });
    }

    private static <T> T call(Function<EntityManager, T> work) {
        EntityManager session = factory.createEntityManager();
        try {
            session.getTransaction().begin();
            T result = work.apply(session);
            session.getTransaction().commit();
            return result;
        } finally {
            if (session.getTransaction().isActive()) {
                session.getTransaction().rollback();
            }
            session.close();
        }
    }
}
