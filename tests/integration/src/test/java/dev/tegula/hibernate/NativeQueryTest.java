package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Context;
import dev.tegula.FieldSpec;
import jakarta.persistence.ColumnResult;
import jakarta.persistence.ConstructorResult;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.NamedNativeQuery;
import jakarta.persistence.SqlResultSetMapping;
import jakarta.persistence.Tuple;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.hibernate.Session;
import org.hibernate.type.StandardBasicTypes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A native query is not decrypted; an envelope that it would give as text is refused where Hibernate lets it be seen. */
@SuppressWarnings("deprecation") // Hibernate 6.6 has no other
final class NativeQueryTest {

    private static final String SQL = "select name, ssn from person";
    private static final String ONE = "select ssn from person";

    record Named(String name, String ssn) {}

    @SuppressWarnings("ArrayRecordComponent") // what Hibernate gives
    record Stored(String name, byte[] ssn) {}

    @Entity(name = "Person")
    @SqlResultSetMapping(name = "text", columns = @ColumnResult(name = "ssn", type = String.class))
    @SqlResultSetMapping(name = "untyped", columns = @ColumnResult(name = "ssn"))
    @SqlResultSetMapping(
            name = "constructor",
            classes =
                    @ConstructorResult(
                            targetClass = Named.class,
                            columns = {@ColumnResult(name = "name"), @ColumnResult(name = "ssn", type = String.class)}))
    @NamedNativeQuery(name = "named.class", query = ONE, resultClass = String.class)
    @NamedNativeQuery(name = "named.mapping", query = ONE, resultSetMapping = "text")
    static class Person {
        @Id
        Long id = 1L;

        String name = "Ada";

        byte[] picture = "a picture".getBytes(StandardCharsets.UTF_8);

        @Encrypted("person.ssn")
        String ssn = "123-45-6789";
    }

    @Entity(name = "Plain")
    static class Plain {
        @Id
        Long id = 1L;

        byte[] picture = {1, 2};
    }

    private static Fixture fixture;

    @BeforeAll
    static void open() {
        fixture = Fixture.of(Person.class);
        fixture.save(new Person());
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    static Stream<Arguments> textForms() {
        return Stream.of(
                form("class", s -> s.createNativeQuery(ONE, String.class).getResultList()),
                form("class, one", s -> s.createNativeQuery(ONE, String.class).getSingleResult()),
                form("class, stream", s -> s.createNativeQuery(ONE, String.class)
                        .getResultStream()
                        .toList()),
                form(
                        "class, scroll",
                        s -> s.createNativeQuery(ONE, String.class).scroll().next()),
                form("array of text", s -> s.createNativeQuery(ONE, char[].class)
                        .addScalar("ssn", char[].class)
                        .getResultList()),
                form("array of envelopes", s -> s.createNativeQuery(
                                "select array_agg(ssn) as a from person", Object.class)
                        .addScalar("a", String[].class)
                        .getResultList()),
                form("scalar, class", s -> s.createNativeQuery(SQL, Object.class)
                        .addScalar("ssn", String.class)
                        .getResultList()),
                form("scalar, type", s -> s.createNativeQuery(SQL, Object.class)
                        .addScalar("ssn", StandardBasicTypes.STRING)
                        .getResultList()),
                form("scalar, long text", s -> s.createNativeQuery(SQL, Object.class)
                        .addScalar("ssn", StandardBasicTypes.TEXT)
                        .getResultList()),
                form("scalar, character", s -> s.createNativeQuery(SQL, Object.class)
                        .addScalar("ssn", Character.class)
                        .getResultList()),
                form("scalars", s -> s.createNativeQuery(SQL, Object[].class)
                        .addScalar("name", String.class)
                        .addScalar("ssn", String.class)
                        .getResultList()),
                form("beside an entity", s -> s.createNativeQuery(
                                "select p.*, p.ssn as x from person p", Object[].class)
                        .addEntity("p", Person.class)
                        .addScalar("x", String.class)
                        .getResultList()),
                form("mapping", s -> s.createNativeQuery(ONE, "text").getResultList()),
                form("constructor", s -> s.createNativeQuery(SQL, "constructor").getResultList()),
                form("named, class", s -> s.createNamedQuery("named.class", String.class)
                        .getResultList()),
                form("named, mapping", s -> s.createNamedQuery("named.mapping").getResultList()),
                form("tuple with types", s -> s.createNativeQuery(ONE, Tuple.class)
                        .addScalar("ssn", String.class)
                        .getResultList()));
    }

    private static Arguments form(String name, Function<Session, Object> query) {
        return Arguments.of(name, query);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("textForms")
    void nativeQuery_thatReadsAnEnvelopeAsText_isRefused(String name, Function<Session, Object> query) {
        for (int time = 1; time <= 2; time++) {
            assertThatThrownBy(() -> fixture.call(query))
                    .isInstanceOf(EncryptedQueryException.class)
                    .hasMessageContaining("of a native query is binary, and would be read as text")
                    .hasMessageContaining("select the entity, or read byte[].class and give it to FieldCipher.decrypt");
        }
    }

    /** Hibernate reads bytes there, and says itself that they are no text. */
    @Test
    void nativeQuery_whoseBytesAreAskedForAsText_isRefusedByHibernate() {
        fixture.run(session -> {
            Tuple row = session.createNativeQuery(ONE, Tuple.class).getSingleResult();
            assertThatThrownBy(() -> row.get(0, String.class)).isInstanceOf(ClassCastException.class);
            assertThatThrownBy(() -> row.get("ssn", String.class)).isInstanceOf(ClassCastException.class);
            assertThatThrownBy(() -> session.createNativeQuery(SQL, Named.class).getResultList())
                    .isInstanceOf(org.hibernate.InstantiationException.class);
        });
    }

    @Test
    void nativeQuery_withoutATextType_givesTheEnvelope() {
        fixture.run(session -> {
            byte[] envelope = session.createNativeQuery(ONE, byte[].class).getSingleResult();
            assertThat(fixture.tegula()
                            .field(FieldSpec.of("person.ssn", String.class))
                            .decrypt(envelope, Context.noTenant()))
                    .isEqualTo("123-45-6789");
            assertThat(session.createNativeQuery(ONE, Object.class).getSingleResult())
                    .isEqualTo(envelope);
            assertThat(session.createNativeQuery(ONE, "untyped").getSingleResult())
                    .isEqualTo(envelope);
            assertThat(session.createNativeQuery(ONE, Tuple.class)
                            .getSingleResult()
                            .get(0))
                    .isEqualTo(envelope);
            assertThat(session.createNativeQuery(ONE, Map.class)
                            .getSingleResult()
                            .get("ssn"))
                    .isEqualTo(envelope);
            assertThat(session.createNativeQuery(SQL, Stored.class)
                            .getSingleResult()
                            .ssn())
                    .isEqualTo(envelope);
        });
    }

    @Test
    void nativeQuery_forEntityOrAttribute_isDecrypted() {
        fixture.run(session -> {
            assertThat(session.createNativeQuery("select * from person", Person.class)
                            .getSingleResult()
                            .ssn)
                    .isEqualTo("123-45-6789");
            assertThat(session.createNativeQuery(ONE, Object.class)
                            .addAttributeResult("ssn", Person.class, "ssn")
                            .getSingleResult())
                    .isEqualTo("123-45-6789");
        });
    }

    @Test
    void nativeQuery_ofPlainText_works() {
        fixture.run(session -> {
            var query = session.createNativeQuery("select name from person", String.class);
            assertThat(query.getResultList()).containsExactly("Ada");
            assertThat(query.getResultCount()).isEqualTo(1);
            assertThat(session.createNativeQuery("select encode(picture, 'escape') from person", String.class)
                            .getSingleResult())
                    .isEqualTo("a picture");
        });
    }

    @Test
    void nativeQuery_whereNothingIsEncrypted_isLeftAlone() {
        try (Fixture plain = Fixture.of(Plain.class)) {
            plain.save(new Plain());
            plain.run(session -> assertThat(session.createNativeQuery("select picture from plain", String.class)
                            .getResultList())
                    .isEqualTo(List.of("\\x0102")));
        }
    }

    /** What the database makes text of is text when Hibernate sees it: documented, and seen here. */
    @ParameterizedTest
    @ValueSource(strings = {"select ssn::text from person", "select encode(ssn, 'hex') from person"})
    void nativeQuery_thatMakesTextInTheDatabase_givesTheEnvelopeAsText(String sql) {
        String text = fixture.call(
                session -> session.createNativeQuery(sql, String.class).getSingleResult());

        assertThat(text).contains("0100").doesNotContain("123-45");
    }

    /** The same for SQL inside of HQL: its columns are in a string, and no path says what they are. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "select cast(sql('ssn') as String) from Person p",
                "select sql('encode(ssn, ''hex'')') from Person p",
            })
    void sqlInsideOfHql_givesTheEnvelopeAsText(String hql) {
        Object text =
                fixture.call(session -> session.createQuery(hql, Object.class).getSingleResult());

        assertThat(text.toString()).contains("0100").doesNotContain("123-45");
    }

    @Test
    void criteria_thatMakesText_isRefused() {
        fixture.run(session -> {
            var builder = session.getCriteriaBuilder();
            var cast = builder.createQuery(String.class);
            cast.select(builder.toString(cast.from(Person.class).get("ssn")));
            assertThatThrownBy(() -> session.createQuery(cast).getResultList())
                    .isInstanceOf(EncryptedQueryException.class);
            var encode = builder.createQuery(String.class);
            encode.select(builder.function(
                    "encode", String.class, encode.from(Person.class).get("ssn"), builder.literal("hex")));
            assertThatThrownBy(() -> session.createQuery(encode).getResultList())
                    .isInstanceOf(EncryptedQueryException.class);
        });
    }
}
