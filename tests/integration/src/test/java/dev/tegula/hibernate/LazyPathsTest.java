package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Tegula;
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

/** Attributes of an enhanced class, which are read one by one when they are asked for, and say themselves when they change. */
final class LazyPathsTest {

    private static final String CANARY = "CANARY-9876";

    private static Postgres database;
    private static Tegula tegula;
    private static SessionFactory sessions;
    private static Class<?> form;

    @BeforeAll
    static void open() throws Exception {
        database = Postgres.fresh();
        tegula = Fixture.engine();
        PathMappings.tegula = tegula;
        form = Enhancing.of(LazyForm.class);
        Configuration configuration = new Configuration(new BootstrapServiceRegistryBuilder()
                .applyClassLoader(form.getClassLoader())
                .build());
        configuration.getProperties().put("hibernate.connection.datasource", database.dataSource());
        configuration.getProperties().put("hibernate.hbm2ddl.auto", "create");
        configuration.getProperties().put(Engine.PROPERTY, tegula);
        sessions = configuration.addAnnotatedClass(form).buildSessionFactory();
    }

    @AfterAll
    static void close() {
        sessions.close();
        tegula.close();
    }

    @BeforeEach
    void save() throws Exception {
        LazyForms fresh = (LazyForms) form.getDeclaredConstructor().newInstance();
        fresh.fill(CANARY);
        fresh.more().put("a", CANARY);
        fresh.eager().put("a", CANARY);
        sessions.inTransaction(session -> {
            session.createMutationQuery("delete from LazyForm").executeUpdate();
            session.persist(fresh);
        });
    }

    @Test
    void lazyAttribute_isReadWhenItIsAskedFor() {
        run(found -> {
            assertThat(Hibernate.isPropertyInitialized(found, "secret")).isFalse();
            assertThat(Hibernate.isPropertyInitialized(found, "note")).isFalse();
            assertThat(found.secret()).isEqualTo(CANARY);
            assertThat(Hibernate.isPropertyInitialized(found, "note")).isFalse();
            assertThat(found.note()).isEqualTo(CANARY);
            assertThat(found.more()).isEqualTo(Map.of("a", CANARY));
        });
        assertThat(database.dump()).isNotEmpty().doesNotContain(CANARY);
    }

    @Test
    void lazyAttribute_thatNobodyAsksFor_staysAsItIs() {
        byte[] before = database.bytes("select secret || note || more from lazyform");
        run(found -> found.name("changed"));
        assertThat(database.bytes("select secret || note || more from lazyform"))
                .isEqualTo(before);
        assertVersion(1);
    }

    @Test
    void lazyAttribute_thatIsRead_isNotWritten() {
        run(found -> assertThat(found.secret() + found.note() + found.more() + found.eager())
                .contains(CANARY));
        assertVersion(0);
    }

    @Test
    void lazyAttribute_thatIsChanged_storesEnvelopes() {
        run(found -> found.fill(CANARY + "-2"));
        run(found -> assertThat(found.secret() + found.note()).isEqualTo(CANARY + "-2" + CANARY + "-2"));
        assertVersion(1);
        assertThat(database.dump()).doesNotContain(CANARY);
    }

    @Test
    void mutableValue_changedInPlace_isWritten() {
        run(found -> found.more().put("b", CANARY));
        assertVersion(1);
        run(found -> found.eager().put("b", CANARY));
        assertVersion(2);
        run(found -> assertThat(found.more()).isEqualTo(found.eager()).hasSize(2));
    }

    private static void run(Consumer<LazyForms> work) {
        sessions.inTransaction(session -> work.accept((LazyForms) session.find(form, 1L)));
    }

    private static void assertVersion(int version) {
        run(found -> assertThat(found.version()).isEqualTo(version));
    }
}
