package dev.tegula.eclipselink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Context;
import dev.tegula.test.TestTegula;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.criteria.CriteriaUpdate;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way to write and read by a converter under EclipseLink: encrypted, refused, or not guarded, as the matrix in the documents says. */
@Tag("long")
final class EclipseLinkPathsTest {

    private static final String CANARY = "CANARY-5678";
    private static final String CHANGED = CANARY + "-changed";
    private static final AtomicLong IDS = new AtomicLong();

    private static EmbeddedPostgres server;
    private static TestTegula tegula;
    private static EntityManagerFactory factory;

    public record Named(String name, String text) {}

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

    @Test
    void persist_everywhere_storesEnvelopes() {
        assertHolds(saved(), CANARY);
    }

    @Test
    void update_everywhere_storesEnvelopes() {
        long id = saved();
        run(session -> change(session.find(Form.class, id)));
        assertHolds(id, CHANGED);
    }

    @Test
    void merge_everywhere_storesEnvelopes() {
        long id = saved();
        Form detached = call(session -> whole(session.find(Form.class, id)));
        change(detached);
        run(session -> session.merge(detached));
        assertHolds(id, CHANGED);
    }

    @Test
    void inheritance_storesEnvelopes() {
        Form.LongForm form = new Form.LongForm();
        form.id = IDS.incrementAndGet();
        form.text = CANARY;
        form.own = CANARY;
        run(session -> session.persist(form));
        factory.getCache().evictAll();

        Form found = call(session -> session.find(Form.class, form.id));

        assertThat(found.text + ((Form.LongForm) found).own).isEqualTo(CANARY + CANARY);
        assertNotStored();
    }

    @Test
    void mapValues_changedAndRemoved_storeEnvelopes() {
        long id = saved();
        run(session -> session.find(Form.class, id).answers.putAll(Map.of("a", CHANGED, "b", CHANGED)));
        factory.getCache().evictAll();
        run(session -> session.find(Form.class, id).answers.remove("a"));
        factory.getCache().evictAll();

        Map<String, String> answers = call(session -> Map.copyOf(session.find(Form.class, id).answers));
        assertThat(answers).isEqualTo(Map.of("b", CHANGED));
        assertNotStored();
    }

    /** EclipseLink would look for the removed one's row by a new envelope, delete nothing, and say nothing. */
    @Test
    void elements_ofACollection_areRefusedWhenTheyAreWrittenOrRemoved() throws SQLException {
        long id = saved();
        String hex = HexFormat.of()
                .formatHex(tegula.get().field("form.text", String.class).encrypt(CANARY, Context.noTenant()));
        execute("insert into form_lines (form_id, lines) values (" + id + ", '\\x" + hex + "')");
        execute("insert into form_ordered (form_id, ordered, ordered_order) values (" + id + ", '\\x" + hex + "', 0)");
        factory.getCache().evictAll();
        List<Consumer<Form>> changes = List.of(
                form -> form.lines.add(CHANGED),
                form -> form.lines.remove(CANARY),
                form -> form.lines.clear(),
                form -> form.ordered.add(CHANGED),
                form -> form.ordered.remove(CANARY),
                form -> form.parts.add(new Form.Part(CHANGED)));

        for (Consumer<Form> change : changes) {
            assertThatThrownBy(() -> run(session -> change.accept(session.find(Form.class, id))))
                    .hasStackTraceContaining(
                            "Form$Text: elements of a collection cannot be encrypted under EclipseLink");
        }
        assertThatThrownBy(
                        () -> run(session -> session.createQuery("select f from Form f where :value member of f.lines")
                                .setParameter("value", CANARY)
                                .getResultList()))
                .hasStackTraceContaining("a query compares what is encrypted");
        assertThatThrownBy(() -> run(session -> {
                    Form form = new Form(IDS.incrementAndGet(), CANARY);
                    form.lines.add(CANARY);
                    session.persist(form);
                }))
                .hasStackTraceContaining("elements of a collection cannot be encrypted under EclipseLink");
        factory.getCache().evictAll();
        List<String> lines = call(session -> List.copyOf(session.find(Form.class, id).lines));
        assertThat(lines).containsExactly(CANARY);
    }

    @Test
    void bulkUpdate_byParameterLiteralOrCriteria_storesEnvelopes() {
        long id = saved();
        for (String assigned : List.of(":value", "'" + CHANGED + "'")) {
            run(session -> {
                var update = session.createQuery("update Sheet s set s.text = " + assigned + " where s.id = " + id);
                if (assigned.startsWith(":")) {
                    update.setParameter("value", CHANGED);
                }
                assertThat(update.executeUpdate()).isEqualTo(1);
            });
            assertSheet(id);
        }
        run(session -> {
            CriteriaUpdate<Form.Sheet> update = session.getCriteriaBuilder().createCriteriaUpdate(Form.Sheet.class);
            update.from(Form.Sheet.class);
            session.createQuery(update.set("text", CHANGED)).executeUpdate();
        });
        assertSheet(id);
    }

    private static void assertSheet(long id) {
        factory.getCache().evictAll();
        assertThat(call(session -> session.find(Form.Sheet.class, id)).text).isEqualTo(CHANGED);
        assertNotStored();
    }

    /** Text does not fit into a binary column: the database refuses what EclipseLink would store in clear. */
    @ParameterizedTest
    @ValueSource(strings = {"f.name", "concat('CANARY', :value)", "coalesce(:value, 'CANARY')"})
    void bulkUpdate_byWhatIsComputed_isRefusedByTheDatabase(String assigned) {
        saved();
        assertThatThrownBy(() -> run(session -> {
                    var update = session.createQuery("update Form f set f.text = " + assigned);
                    if (assigned.contains(":")) {
                        update.setParameter("value", CHANGED);
                    }
                    update.executeUpdate();
                }))
                .hasStackTraceContaining("is of type bytea but expression is of type");
        assertNotStored();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select f.text from Form f where f.id = :id",
                "select f.part.text from Form f where f.id = :id",
                "select f.more from Form f where f.id = :id",
                "select value(a) from Form f join f.answers a where f.id = :id",
                "select s.form.text from Sheet s where s.id = :id",
            })
    void projection_givesTheValue(String query) {
        long id = saved();
        Object value = call(session ->
                session.createQuery(query, Object.class).setParameter("id", id).getSingleResult());
        assertThat(value).isEqualTo(CANARY);
    }

    @Test
    void constructorExpression_givesTheValue() {
        long id = saved();
        Named named = call(session -> session.createQuery(
                        "select new dev.tegula.eclipselink.EclipseLinkPathsTest$Named(f.name, f.text) from Form f"
                                + " where f.id = :id",
                        Named.class)
                .setParameter("id", id)
                .getSingleResult());
        assertThat(named).isEqualTo(new Named("name", CANARY));
    }

    @Test
    void nativeQuery_ofTheEntity_givesTheValue_ofTheColumn_theEnvelope() {
        long id = saved();
        run(session -> {
            var entity = session.createNativeQuery("select * from sheet where id = " + id, Form.Sheet.class);
            assertThat(((Form.Sheet) entity.getSingleResult()).text).isEqualTo(CANARY);
            var column = session.createNativeQuery("select text from sheet where id = " + id);
            assertThat((byte[]) column.getSingleResult()).startsWith(1, 0);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"f.text like 'CANARY%'", "lower(f.text) = 'canary'", "f.text = f.name"})
    void comparisonAsText_isRefusedByTheDatabase(String condition) {
        assertThatThrownBy(() ->
                        call(session -> session.createQuery("select f.id from Form f where " + condition, Long.class)
                                .getResultList()))
                .hasStackTraceContaining("ERROR: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"concat(f.text, '')", "cast(f.text as varchar)", "function('encode', f.text, 'hex')"})
    void functions_giveTheEnvelopeAsText(String expression) {
        long id = saved();
        String text = call(
                session -> session.createQuery("select " + expression + " from Form f where f.id = " + id, String.class)
                        .getSingleResult());
        assertThat(text).contains("0100").doesNotContain("CANARY");
    }

    private static long saved() {
        long id = IDS.incrementAndGet();
        run(session -> session.persist(new Form(id, CANARY)));
        factory.getCache().evictAll();
        return id;
    }

    /** With its collections, which are read when they are asked for. */
    private static Form whole(Form form) {
        assertThat(form.sheets.size() + form.answers.size()).isNotNegative();
        return form;
    }

    private static void change(Form form) {
        form.text = CHANGED;
        form.late = CHANGED;
        form.more = CHANGED;
        form.part.text = CHANGED;
        form.sheets.get(0).text = CHANGED;
        form.answers.put("a", CHANGED);
    }

    private static void assertHolds(long id, String value) {
        factory.getCache().evictAll();
        run(session -> {
            Form found = session.find(Form.class, id);
            assertThat(List.of(found.text, found.late, found.more, found.part.text, found.sheets.get(0).text))
                    .containsOnly(value);
            assertThat(found.answers).containsExactly(Map.entry("a", value));
        });
        assertNotStored();
    }

    private static void assertNotStored() {
        TestTegula.assertNotStored(server.getPostgresDatabase(), CANARY);
    }

    private static void execute(String sql) throws SQLException {
        try (var connection = server.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void run(Consumer<EntityManager> work) {
        call(session -> {
            work.accept(session);
            return Boolean.TRUE;
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
