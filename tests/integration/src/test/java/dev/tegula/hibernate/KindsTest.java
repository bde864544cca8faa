package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.hibernate.KindMappings.*;
import dev.tegula.hibernate.engine.Engine;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.hibernate.SessionFactory;
import org.hibernate.Version;
import org.hibernate.cfg.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each kind of mapping that Hibernate has is covered, or stops the start. */
final class KindsTest {

    private static final String CANARY = "CANARY-9753";

    /** What is stored, how its value is read again, and the columns that the catalogue must have. */
    private record Covered(Object entity, Function<Object, Object> value, List<String> columns, List<Class<?>> more) {
        @Override
        public String toString() {
            return entity.getClass().getSimpleName();
        }
    }

    private static <T> Covered covered(T entity, Function<T, Object> value, List<String> columns, Class<?>... more) {
        @SuppressWarnings("unchecked")
        Function<Object, Object> read = found -> value.apply((T) found);
        return new Covered(entity, read, columns, List.of(more));
    }

    static Stream<Covered> covered() {
        EmbeddableInheritance inheritance = new EmbeddableInheritance();
        inheritance.id = 1L;
        Foreign foreign = new Foreign();
        foreign.number = CANARY;
        foreign.bank = CANARY;
        inheritance.account = foreign;
        IdBag bag = new IdBag();
        bag.id = 1L;
        bag.lines.addAll(List.of(CANARY, CANARY));
        Sorted sorted = new Sorted();
        sorted.id = 1L;
        sorted.lines.put("key", CANARY);
        Normalized normalized = new Normalized();
        normalized.id = 1L;
        normalized.at = OffsetDateTime.parse("1999-12-31T23:59:58+02:00");
        CustomSql sql = new CustomSql();
        sql.id = 1L;
        sql.text = CANARY;
        Instantiated instantiated = new Instantiated();
        instantiated.id = 1L;
        instantiated.made = new Made(7, CANARY);
        Targeted targeted = new Targeted();
        targeted.id = 1L;
        Real real = new Real();
        real.text = CANARY;
        targeted.place = real;
        Composite composite = new Composite();
        composite.id = 1L;
        composite.price = new Money(CANARY, "EUR");
        Created created = new Created();
        created.id = 1L;
        DisabledBeside beside = new DisabledBeside();
        beside.id = 1L;
        beside.text = CANARY;
        return Stream.of(
                covered(
                        inheritance,
                        found -> ((Foreign) found.account).number + ((Foreign) found.account).bank,
                        List.of("embeddableinheritance.number", "embeddableinheritance.bank"),
                        Account.class,
                        Foreign.class),
                covered(bag, found -> List.copyOf(found.lines), List.of("idbag_lines.lines")),
                covered(sorted, found -> Map.copyOf(found.lines), List.of("sorted_lines.lines")),
                covered(normalized, found -> found.at, List.of("normalized.at")),
                covered(sql, found -> found.text, List.of("customsql.text")),
                covered(instantiated, found -> found.made.number + found.made.text, List.of("instantiated.text")),
                covered(targeted, found -> found.place.text(), List.of("targeted.text")),
                covered(composite, found -> found.price, List.of("composite.amount")),
                covered(created, found -> found.at.toEpochMilli() > 0, List.of("created.at")),
                covered(beside, found -> found.text, List.of("disabledbeside.text")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("covered")
    void kind_thatIsCovered_isEncryptedReadAndInTheCatalogue(Covered covered) {
        assumeThat(covered.entity instanceof Targeted && isHibernate6())
                .as("an interface as the type of an embeddable is not tried on 6.6")
                .isFalse();
        Class<?>[] classes = Stream.concat(Stream.of(covered.entity.getClass()), covered.more.stream())
                .toArray(Class<?>[]::new);
        try (Fixture fixture = Fixture.of(classes)) {
            fixture.save(covered.entity);

            Object expected = covered.value.apply(covered.entity);
            Object found = fixture.call(session -> covered.value.apply(session.find(covered.entity.getClass(), 1L)));

            assertThat(found).isEqualTo(expected);
            assertThat(columns(fixture.sessions())).containsExactlyInAnyOrderElementsOf(covered.columns);
            assertThat(fixture.database().dump()).isNotEmpty().doesNotContain(CANARY, "1999-12-31");
        }
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                refused("Wrong.bank", "\"nothing\"", WrongInSubclass.class, Account.class, Wrong.class),
                refused("SortedElements.members", " a Set", SortedElements.class),
                refused("AnyEncrypted.target", "neither basic", AnyEncrypted.class, Sorted.class),
                refused("ManyToAnyEncrypted.targets", "neither basic", ManyToAnyEncrypted.class, Sorted.class),
                refused("OfSubselect.text", "@Subselect", OfSubselect.class, Plain.class),
                refused("OfView.text", "@View", OfView.class, Plain.class),
                refused("Zoned.at", "neither basic", Zoned.class),
                refused("Partitioned.region", "@PartitionKey", Partitioned.class));
    }

    private static Arguments refused(String attribute, String reason, Class<?>... classes) {
        return Arguments.of(attribute, reason, classes);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void kind_thatIsRefused_stopsTheStart(String attribute, String reason, Class<?>[] classes) {
        assertThatThrownBy(() -> Fixture.of(classes).close()).satisfies(failure -> assertThat(Causes.text(failure))
                .contains("ConfigurationException", attribute, reason));
    }

    /** One of them Hibernate refuses itself. */
    @ParameterizedTest
    @ValueSource(classes = {DisabledOutside.class, DisabledOnClass.class, DisabledInCollection.class})
    void conversion_disabledFromOutside_stopsTheStart(Class<?> mapping) {
        assertThatThrownBy(() -> Fixture.of(mapping).close())
                .satisfies(failure -> assertThat(Causes.text(failure)).contains("KindMappings$Home"));
    }

    /** Hibernate 6.6 sees the annotation all the same, and it is applied. */
    @Test
    void mappingFile_thatIsMetadataComplete_stopsTheStart() {
        String mapping =
                orm("<entity class='" + ByMappingFile.class.getName() + "' access='FIELD' metadata-complete='true'>"
                        + "<attributes><id name='id'/><basic name='text'/></attributes></entity>");

        if (isHibernate6()) {
            assertThat(booted(mapping, KindsTest::columns))
                    .singleElement()
                    .asString()
                    .endsWith("ByMappingFile.text");
            return;
        }
        assertThatThrownBy(() -> booted(mapping, SessionFactory::isOpen))
                .satisfies(failure -> assertThat(Causes.text(failure))
                        .contains("ConfigurationException", "ByMappingFile.text", "would store plaintext"));
    }

    @Test
    void mappingFile_thatNamesOtherAttributes_leavesTheAnnotation() {
        String mapping = orm("<entity class='" + ByMappingFile.class.getName()
                + "' access='FIELD' metadata-complete='false'>" + "<attributes><id name='id'/></attributes></entity>");

        assertThat(booted(mapping, KindsTest::columns)).containsExactly("bymappingfile.text");
    }

    @Test
    void dynamicEntity_withAConverter_isEncryptedAndInTheCatalogue() {
        String mapping = "<?xml version='1.0'?><!DOCTYPE hibernate-mapping PUBLIC"
                + " '-//Hibernate/Hibernate Mapping DTD 3.0//EN'"
                + " 'http://www.hibernate.org/dtd/hibernate-mapping-3.0.dtd'><hibernate-mapping>"
                + "<class entity-name='Loose'><id name='id' type='long'/>"
                + "<property name='text' type='converted::" + Texts.class.getName() + "'/></class></hibernate-mapping>";

        List<String> found = booted(mapping, sessions -> {
            sessions.inTransaction(
                    session -> session.persist("Loose", new HashMap<>(Map.of("id", 1L, "text", CANARY))));
            Object value = sessions.fromTransaction(
                    session -> session.createSelectionQuery("select l.text from Loose l", String.class)
                            .getSingleResult());
            assertThat(value).isEqualTo(CANARY);
            return columns(sessions);
        });

        assertThat(found).containsExactly("loose.text");
    }

    private static boolean isHibernate6() {
        return Version.getVersionString().startsWith("6.");
    }

    private static String orm(String entities) {
        return "<?xml version='1.0' encoding='UTF-8'?><entity-mappings xmlns='https://jakarta.ee/xml/ns/persistence/orm'"
                + " version='3.1'>" + entities + "</entity-mappings>";
    }

    private static <T> T booted(String mapping, Function<SessionFactory, T> work) {
        Postgres database = Postgres.fresh();
        try (Tegula tegula = Fixture.engine()) {
            KindMappings.ENGINE.set(tegula);
            Configuration configuration = new Configuration()
                    .addInputStream(new ByteArrayInputStream(mapping.getBytes(StandardCharsets.UTF_8)));
            configuration.getProperties().put(Engine.PROPERTY, tegula);
            configuration.getProperties().put("hibernate.connection.datasource", database.dataSource());
            configuration.getProperties().put("hibernate.hbm2ddl.auto", "create");
            try (SessionFactory sessions = configuration.buildSessionFactory()) {
                T result = work.apply(sessions);
                assertThat(database.dump()).doesNotContain(CANARY);
                return result;
            }
        }
    }

    private static List<String> columns(SessionFactory sessions) {
        return TegulaCatalogue.of(sessions).stream()
                .map((EncryptedColumn column) -> column.table() + "." + column.column())
                .toList();
    }
}
