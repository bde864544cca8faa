package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Tegula;
import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.hibernate.engine.Engine;
import java.util.Map;
import java.util.function.Consumer;
import org.hibernate.Hibernate;
import org.hibernate.SessionFactory;
import org.hibernate.boot.registry.BootstrapServiceRegistryBuilder;
import org.hibernate.cfg.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lazy attributes of an enhanced class whose values are bound to their row, with a blind index beside one. */
final class LazyRowTest {

    private static final String CANARY = "CANARY-5553";

    private static Postgres database;
    private static Tegula tegula;
    private static SessionFactory sessions;
    private static Class<?> bound;

    @BeforeAll
    static void open() throws Exception {
        database = Postgres.fresh();
        tegula = Fixture.engine();
        bound = Enhancing.of(LazyBound.class);
        Configuration configuration = new Configuration(new BootstrapServiceRegistryBuilder()
                .applyClassLoader(bound.getClassLoader())
                .build());
        configuration.getProperties().put("hibernate.connection.datasource", database.dataSource());
        configuration.getProperties().put("hibernate.hbm2ddl.auto", "create");
        configuration.getProperties().put(Engine.PROPERTY, tegula);
        sessions = configuration.addAnnotatedClass(bound).buildSessionFactory();
    }

    @AfterAll
    static void close() {
        sessions.close();
        tegula.close();
    }

    @BeforeEach
    void save() throws Exception {
        LazyForms fresh = (LazyForms) bound.getDeclaredConstructor().newInstance();
        fresh.fill(CANARY);
        fresh.more().put("a", CANARY);
        sessions.inTransaction(session -> {
            session.createMutationQuery("delete from LazyBound").executeUpdate();
            session.persist(fresh);
        });
    }

    @Test
    void lazyValue_isReadWhenItIsAskedFor() {
        assertThat(database.bytes("select note from lazybound")[1])
                .as("mode ROW")
                .isEqualTo((byte) 1);
        run(found -> {
            assertThat(Hibernate.isPropertyInitialized(found, "note")).isFalse();
            assertThat(found.note()).isEqualTo(CANARY);
            assertThat(found.secret()).isEqualTo(CANARY);
            assertThat(found.more()).isEqualTo(Map.of("a", CANARY));
        });
        assertThat(database.dump()).isNotEmpty().doesNotContain(CANARY);
    }

    @Test
    void lazyValue_thatNobodyAsksFor_staysAsItIs() {
        byte[] before = database.bytes("select secret || note || more || secretindex from lazybound");
        run(found -> found.name("changed"));
        assertThat(database.bytes("select secret || note || more || secretindex from lazybound"))
                .isEqualTo(before);
    }

    @Test
    void lazyValue_thatIsChanged_isBoundAndIndexedAnew() {
        run(found -> found.fill(CANARY + "-2"));
        run(found -> found.more().put("b", CANARY));

        sessions.inTransaction(session -> {
            LazyForms found =
                    (LazyForms) session.createSelectionQuery("from LazyBound b where b.secretIndex = :v", bound)
                            .setParameter("v", CANARY + "-2")
                            .getSingleResult();
            assertThat(found.secret() + found.note()).isEqualTo(CANARY + "-2" + CANARY + "-2");
            assertThat(found.more()).hasSize(2);
            assertThat(session.createSelectionQuery("from LazyBound b where b.secretIndex = :v", bound)
                            .setParameter("v", CANARY)
                            .getResultList())
                    .isEmpty();
        });
    }

    @Test
    void lazyValue_ofAnotherRow_doesNotOpen() {
        sessions.inTransaction(session -> {
            LazyForms found = (LazyForms) session.find(bound, 1L);
            database.execute("insert into lazybound(id, version, name, note) select 2, 0, name, note from lazybound");
            assertThat(found.note()).isEqualTo(CANARY);
        });
        sessions.inTransaction(session -> {
            LazyForms found = (LazyForms) session.find(bound, 2L);
            assertThat(found.secret()).isNull();
            assertThatThrownBy(found::note).hasStackTraceContaining(CannotOpenException.class.getName());
        });
    }

    @Test
    void index_thatWasChanged_isSeenOnLoad() {
        database.execute("update lazybound set secretindex = sha256(secretindex)");

        assertThatThrownBy(() -> run(found -> assertThat(found).isNotNull()))
                .hasStackTraceContaining(IntegrityException.class.getName());
    }

    private static void run(Consumer<LazyForms> work) {
        sessions.inTransaction(session -> work.accept((LazyForms) session.find(bound, 1L)));
    }
}
