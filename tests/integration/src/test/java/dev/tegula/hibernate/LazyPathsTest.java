package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Tegula;
import dev.tegula.hibernate.engine.Engine;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.hibernate.Hibernate;
import org.hibernate.SessionFactory;
import org.hibernate.boot.registry.BootstrapServiceRegistryBuilder;
import org.hibernate.bytecode.enhance.spi.DefaultEnhancementContext;
import org.hibernate.bytecode.enhance.spi.UnloadedClass;
import org.hibernate.bytecode.internal.bytebuddy.BytecodeProviderImpl;
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
        form = new Enhancing().loadClass(LazyForm.class.getName());
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

    /** Loads the entity's class as Hibernate's build plugin would leave it. */
    private static final class Enhancing extends ClassLoader {

        Enhancing() {
            super(LazyPathsTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.equals(LazyForm.class.getName())) {
                return super.loadClass(name, resolve);
            }
            Class<?> known = findLoadedClass(name);
            return known == null ? enhanced(name) : known;
        }

        private Class<?> enhanced(String name) throws ClassNotFoundException {
            try (InputStream plain = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = new BytecodeProviderImpl()
                        .getEnhancer(new Everything())
                        .enhance(name, Objects.requireNonNull(plain).readAllBytes());
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    private static final class Everything extends DefaultEnhancementContext {
        @Override
        public boolean hasLazyLoadableAttributes(UnloadedClass type) {
            return true;
        }

        @Override
        public boolean doDirtyCheckingInline(UnloadedClass type) {
            return true;
        }
    }
}
