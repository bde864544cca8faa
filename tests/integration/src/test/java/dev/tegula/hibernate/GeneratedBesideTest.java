package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.hibernate.GeneratedMappings.Dated;
import dev.tegula.hibernate.GeneratedMappings.Drawer;
import dev.tegula.hibernate.GeneratedMappings.Filled;
import dev.tegula.hibernate.GeneratedMappings.Indexed;
import dev.tegula.hibernate.GeneratedMappings.Inner;
import dev.tegula.hibernate.GeneratedMappings.Noted;
import dev.tegula.hibernate.GeneratedMappings.Split;
import dev.tegula.hibernate.GeneratedMappings.Stamped;
import dev.tegula.hibernate.GeneratedMappings.SubDated;
import dev.tegula.hibernate.GeneratedMappings.SubIndexed;
import dev.tegula.hibernate.GeneratedMappings.Trace;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.hibernate.StatelessSession;
import org.hibernate.persister.internal.StandardPersisterClassResolver;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A stateless session writes whole entities, also where a generator changes another attribute before: of Hibernate, or a blind index. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class GeneratedBesideTest {

    private static final List<Class<? extends Filled>> ENTITIES = List.of(
            Stamped.class,
            Noted.class,
            Trace.class,
            Drawer.class,
            Dated.class,
            SubDated.class,
            SubIndexed.class,
            Split.class,
            Inner.class);

    private Fixture fixture;

    @BeforeAll
    void open() {
        fixture = Fixture.of(
                Stream.concat(ENTITIES.stream(), Stream.of(Indexed.class)).toArray(Class<?>[]::new));
        PathMappings.tegula = fixture.tegula();
    }

    @AfterAll
    void close() {
        fixture.close();
    }

    static List<Class<? extends Filled>> entities() {
        return ENTITIES;
    }

    /** Of a row that is not there, what the database generates comes back from no upsert: Hibernate itself fails. */
    static List<Class<? extends Filled>> inserted() {
        return ENTITIES.stream().filter(entity -> entity != Trace.class).toList();
    }

    private static Filled made(Class<? extends Filled> entity, long id, long version, String name) {
        Filled made;
        try {
            made = entity.getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
        made.key(10L * ENTITIES.indexOf(entity) + id, version);
        made.fill(name);
        return made;
    }

    private void assertWritten(
            Class<? extends Filled> entity,
            long id,
            BiConsumer<StatelessSession, Filled> first,
            BiConsumer<StatelessSession, Filled> then) {
        Filled ada = made(entity, id, 0, "Ada");
        fixture.sessions().inStatelessTransaction(session -> first.accept(session, ada));
        assertShown(entity, ada);

        Filled otto = made(entity, id, ada.version(), "Otto");
        fixture.sessions().inStatelessTransaction(session -> then.accept(session, otto));
        assertShown(entity, otto);
    }

    private void assertShown(Class<? extends Filled> entity, Filled expected) {
        List<Object> shown = fixture.call(session -> session.find(
                        entity, fixture.sessions().getPersistenceUnitUtil().getIdentifier(expected))
                .shown());
        assertThat(shown).isEqualTo(expected.shown());
    }

    @ParameterizedTest
    @MethodSource("inserted")
    void upsert_besideWhatIsGenerated_writesEveryValue(Class<? extends Filled> entity) {
        assertWritten(entity, 1, StatelessSession::upsert, StatelessSession::upsert);
    }

    @ParameterizedTest
    @MethodSource("entities")
    void upsert_ofARowThatIsThere_writesEveryValue(Class<? extends Filled> entity) {
        assertWritten(entity, 3, StatelessSession::insert, StatelessSession::upsert);
    }

    @ParameterizedTest
    @MethodSource("entities")
    void update_besideWhatIsGenerated_writesEveryValue(Class<? extends Filled> entity) {
        assertWritten(entity, 2, StatelessSession::insert, StatelessSession::update);
    }

    @Test
    void start_withPersistersOfSomebodyElse_isRefused() {
        Map<String, Object> settings =
                Map.of("hibernate.persister.resolver", StandardPersisterClassResolver.class.getName());
        assertThatThrownBy(() -> Fixture.with(settings, Stamped.class).close())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("An attribute of " + Stamped.class.getName() + " is encrypted, but another one")
                .hasMessageContaining("would lose the value. Take that persister, or its resolver, away");
    }
}
