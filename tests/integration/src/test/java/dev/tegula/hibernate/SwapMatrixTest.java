package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tegula.failure.TegulaException;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.hibernate.Session;
import org.hibernate.annotations.TenantId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who can write to the table moves an envelope to another place, or changes what it says of itself. Each is refused, by what the format
 * calls it, in the entity and alone.
 */
final class SwapMatrixTest {

    @Entity(name = "Note")
    static class Note {
        @Id
        Long id;

        @TenantId
        String tenant;

        @Encrypted(value = "note.one", bind = Bind.ROW, perTenant = true)
        String one;

        @Encrypted(value = "note.other", bind = Bind.ROW, perTenant = true)
        String other;

        @Encrypted(value = "note.field", perTenant = true)
        String field;
    }

    private static Fixture fixture;
    private static long last;

    @BeforeAll
    static void start() {
        fixture = Fixture.with(
                Map.of("hibernate.tenant_identifier_resolver", TenantTest.Resolver.class.getName()), Note.class);
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    static Stream<Arguments> moves() {
        return Stream.of(
                Arguments.of("nothing", "select 1", "acme", "ok"),
                Arguments.of(
                        "row",
                        "update note t set one = (select one from note where id = t.id + 1) where id = :id",
                        "acme",
                        "cannot-open"),
                Arguments.of(
                        "row, both swapped",
                        "update note t set one = (select one from note where id = 2 * :id + 1 - t.id) where id in (:id, :id + 1)",
                        "acme",
                        "cannot-open"),
                Arguments.of("field", "update note set one = other where id = :id", "acme", "cannot-open"),
                Arguments.of(
                        "field and row",
                        "update note t set one = (select other from note where id = t.id + 1) where id = :id",
                        "acme",
                        "cannot-open"),
                Arguments.of("tenant", "update note set tenant = 'beta' where id = :id", "beta", "cannot-open"),
                Arguments.of(
                        "mode", "update note set one = set_byte(one, 1, 0) where id = :id", "acme", "mode-refused"),
                Arguments.of(
                        "mode of a FIELD attribute",
                        "update note set field = set_byte(field, 1, 1) where id = :id",
                        "acme",
                        "mode-refused"),
                Arguments.of("a FIELD value", "update note set one = field where id = :id", "acme", "mode-refused"),
                Arguments.of("a ROW value", "update note set field = one where id = :id", "acme", "mode-refused"),
                Arguments.of(
                        "a mode nobody knows",
                        "update note set one = set_byte(one, 1, 2) where id = :id",
                        "acme",
                        "mode-refused"),
                Arguments.of(
                        "suite", "update note set one = set_byte(one, 0, 2) where id = :id", "acme", "unknown-suite"),
                Arguments.of(
                        "no suite",
                        "update note set one = set_byte(one, 0, 0) where id = :id",
                        "acme",
                        "not-an-envelope"),
                Arguments.of(
                        "key",
                        "update note set one = set_byte(one, 2, 255 - get_byte(one, 2)) where id = :id",
                        "acme",
                        "key-unknown"),
                Arguments.of(
                        "salt",
                        "update note set one = set_byte(one, 34, 255 - get_byte(one, 34)) where id = :id",
                        "acme",
                        "cannot-open"),
                Arguments.of(
                        "value",
                        "update note set one = set_byte(one, 58, 255 - get_byte(one, 58)) where id = :id",
                        "acme",
                        "cannot-open"),
                Arguments.of(
                        "a key of a row in front",
                        "update note t set one = convert_to('#' || (t.id + 1)::text || ':', 'UTF8') || (select one from note where id = t.id + 1) where id = :id",
                        "acme",
                        "not-an-envelope"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("moves")
    void envelope_atAnotherPlaceOrWithAnotherHead_isRefused(String what, String sql, String tenant, String outcome) {
        long id = last += 2;
        as("acme", session -> {
            session.persist(note(id, "of this row"));
            session.persist(note(id + 1, "of the next"));
        });

        fixture.database().execute(sql.replace(":id", String.valueOf(id)));

        assertThat(outcome(tenant, session -> {
                    Note found = session.find(Note.class, id);
                    assertThat(found.one).isEqualTo("of this row");
                }))
                .isEqualTo(outcome);
        String attribute = sql.contains("set field") ? "field" : "one";
        assertThat(outcome(tenant, session -> {
                    String found = session.createSelectionQuery(
                                    "select n." + attribute + " from Note n where n.id = :id", String.class)
                            .setParameter("id", id)
                            .getSingleResult();
                    assertThat(found).isEqualTo("of this row");
                }))
                .isEqualTo(outcome);
    }

    /** Who may create in a schema of the search path could write what the database computes, were it named without a schema. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "create function forged.convert_to(text, text) returns bytea language sql as"
                        + " $$ select pg_catalog.convert_to(pg_catalog.replace($1, '#:id:', '#:next:'), 'UTF8') $$",
                "create function forged.put(text, text) returns text language sql as"
                        + " $$ select case when $1 = '#' then '#:next' else pg_catalog.textcat($1, $2) end $$;"
                        + " create operator forged.|| (leftarg = text, rightarg = text, function = forged.put)",
                "create function forged.put(bytea, bytea) returns bytea language sql as"
                        + " $$ select pg_catalog.byteacat(pg_catalog.convert_to('#:next:', 'UTF8'), $2) $$;"
                        + " create operator forged.|| (leftarg = bytea, rightarg = bytea, function = forged.put)",
                "create domain forged.text as pg_catalog.text check (value = '')"
            })
    void envelopeOfTheNextRow_doesNotOpen_whateverAnotherSchemaDefines(String definitions) {
        long id = last += 2;
        as("acme", session -> {
            session.persist(note(id, "of this row"));
            session.persist(note(id + 1, "of the next"));
        });
        fixture.database()
                .execute("update note t set one = (select one from note where id = t.id + 1) where id = " + id);
        fixture.database()
                .execute("create schema forged; "
                        + definitions.replace(":id", String.valueOf(id)).replace(":next", String.valueOf(id + 1)));
        try {
            assertThat(outcome("acme", session -> {
                        session.createNativeMutationQuery("set local search_path to forged, pg_catalog, public")
                                .executeUpdate();
                        session.createSelectionQuery("select n.one from Note n where n.id = :id", String.class)
                                .setParameter("id", id)
                                .getSingleResult();
                    }))
                    .isEqualTo("cannot-open");
        } finally {
            fixture.database().execute("drop schema forged cascade");
        }
    }

    private static Note note(long id, String text) {
        Note note = new Note();
        note.id = id;
        note.one = text;
        note.other = text;
        note.field = text;
        return note;
    }

    private static String outcome(String tenant, Consumer<Session> work) {
        Throwable failure = catchThrowable(() -> as(tenant, work));
        if (failure == null) {
            return "ok";
        }
        Throwable cause = failure;
        while (!(cause instanceof TegulaException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        assertThat(cause).isInstanceOf(TegulaException.class);
        return ((TegulaException) cause).code();
    }

    private static void as(String tenant, Consumer<Session> work) {
        try (Session session = fixture.sessions()
                .withOptions()
                .tenantIdentifier((Object) tenant)
                .openSession()) {
            session.beginTransaction();
            work.accept(session);
            session.getTransaction().commit();
        }
    }
}
