package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tegula.hibernate.PathMappings.*;
import jakarta.persistence.Tuple;
import java.util.List;
import java.util.Map;
import org.hibernate.Session;
import org.hibernate.Version;
import org.hibernate.query.SemanticException;
import org.hibernate.query.sqm.produce.function.FunctionArgumentException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each kind of query, of the annotation and of a converter alike, in the entity and in an embeddable: X stands for each of the four. */
final class QueryPathsTest {

    private static final String VALUE = "CANARY-1212";
    private static final List<String> PATHS = List.of("f.secret", "f.note", "f.part.secret", "f.part.note");
    private static final List<String> ATTRIBUTES = List.of("secret", "note");

    private static Fixture fixture;

    @BeforeAll
    static void open() {
        fixture = Fixture.with(
                Map.of(
                        "hibernate.query.hql.json_functions_enabled", "true",
                        "hibernate.query.hql.xml_functions_enabled", "true"),
                PathMappings.CLASSES);
        PathMappings.tegula = fixture.tegula();
        fixture.save(new Folder(1, VALUE));
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X = :v",
                "X <> :v",
                "X > :v",
                "X in (:v)",
                "X between :v and :v",
                "X like :v",
                "X is distinct from :v",
                "not (X = :v)",
                "X = f.name",
                "(f.name, X) = ('a', :v)",
                "X = any (select s.secret from Sheet s)"
            })
    void comparison_isRefused(String condition) {
        refused("select f.name from Folder f where " + condition);
    }

    @ParameterizedTest
    @ValueSource(strings = {"X", "f.name, X desc", "X nulls first", "lower(X)"})
    void orderBy_isRefused(String order) {
        refused("select f.name from Folder f order by " + order);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select count(*) from Folder f group by X",
                "select f.name from Folder f group by f.name having max(X) is not null"
            })
    void groupBy_isRefused(String query) {
        refused(query);
    }

    @ParameterizedTest
    @ValueSource(strings = {"select distinct X from Folder f", "select count(distinct X) from Folder f"})
    void distinct_isRefused(String query) {
        refused(query);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "max(X)",
                "min(X)",
                "count(X)",
                "any_value(X)",
                "listagg(X, ',') within group (order by f.id)",
                "array_agg(X) within group (order by f.id)",
                "lag(X) over (order by f.id)",
                "first_value(X) over (order by f.id)",
                "rank() over (order by X)"
            })
    void aggregate_isRefused(String selected) {
        refused("select " + selected + " from Folder f");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lower(X)",
                "length(X)",
                "concat(X, 'x')",
                "X || 'x'",
                "substring(X, 1)",
                "trim(X)",
                "cast(X as String)",
                "hex(X)",
                "str(X)",
                "coalesce(X, 'x')",
                "nullif(X, 'x')",
                "function('encode', X, 'hex')",
                "case X when 'x' then 1 else 2 end",
                "json_array(X)",
                "array(X, 'x')",
                "sql('?', X)"
            })
    void function_isRefused(String selected) {
        refused("select " + selected + " from Folder f");
    }

    @Test
    void jsonObject_isRefused() {
        assumeThat(Version.getVersionString()).as("not in the grammar of 6.6").doesNotStartWith("6.");
        refused("select json_object('a' value X) from Folder f");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select X from Folder f union select X from Folder f",
                "select x.s from (select X as s from Folder f) x",
                "with c as (select X as s from Folder f) select d.s from c d",
                "select (select max(X) from Folder g) from Folder f",
                "select f.name from Folder f where f.name in (select X from Folder g)"
            })
    void subquery_isRefused(String query) {
        refused(query);
    }

    @ParameterizedTest
    @ValueSource(strings = {"f.flag", "not f.flag", "f.converted", "f.converted is true", "f.flag and f.name = 'x'"})
    void truth_ofAnEncryptedBoolean_isRefused(String condition) {
        refused("select f.name from Folder f where " + condition);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update Folder f set X = :v",
                "update versioned Folder f set X = :v",
                "update Folder f set X = null",
                "update Folder f set f.name = X",
                "update Folder f set f.name = 'x' where X = :v",
                "update Folder f set f.name = 'x' where X <> :v"
            })
    void bulkUpdate_isRefused(String statement) {
        refusedStatement(statement);
    }

    @ParameterizedTest
    @ValueSource(strings = {"delete from Folder f where X = :v", "delete from Folder f where X > :v"})
    void bulkDelete_isRefused(String statement) {
        refusedStatement(statement);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "insert into Sheet(id, secret) values (9, :v)",
                "insert into Sheet(id, note) values (9, :v)",
                "insert into Sheet(id, secret) select f.id, f.name from Folder f",
                "insert into Sheet(id) values (1) on conflict(id) do update set note = :v",
                "insert into Sheet(id) values (1) on conflict(id) do update set secret = excluded.secret"
            })
    void bulkInsert_isRefused(String statement) {
        refusedStatement(statement);
    }

    @Test
    void nullTest_findsRows() {
        for (String path : PATHS) {
            fixture.run(session -> {
                assertThat(result(session, "select f.name from Folder f where " + path + " is not null"))
                        .hasSize(1);
                assertThat(result(session, "select f.name from Folder f where " + path + " is null"))
                        .isEmpty();
                assertThat(result(
                                session,
                                "select f.name from Folder f order by case when " + path
                                        + " is null then 0 else 1 end"))
                        .hasSize(1);
            });
        }
    }

    @Test
    @SuppressWarnings("rawtypes")
    void projection_inEveryForm_givesTheValue() {
        for (String path : PATHS) {
            String query = "select f.name, " + path + " from Folder f";
            String one = "select " + path + " as x from Folder f";
            fixture.run(session -> {
                assertThat(session.createSelectionQuery(query, Clinic.Named.class)
                                .getSingleResult())
                        .isEqualTo(new Clinic.Named("visible", VALUE));
                assertThat(session.createSelectionQuery(query, Object[].class).getSingleResult())
                        .containsExactly("visible", VALUE);
                assertThat(session.createSelectionQuery(one, String.class).getResultStream())
                        .containsExactly(VALUE);
                assertThat(session.createSelectionQuery(one, Tuple.class)
                                .getSingleResult()
                                .get("x"))
                        .isEqualTo(VALUE);
                assertThat(session.createSelectionQuery(one, Map.class)
                                .getSingleResult()
                                .get("x"))
                        .isEqualTo(VALUE);
                assertThat(session.createSelectionQuery(one, List.class)
                                .getSingleResult()
                                .get(0))
                        .isEqualTo(VALUE);
                assertThatThrownBy(() ->
                                session.createSelectionQuery(one, byte[].class).getResultList())
                        .hasMessageContaining("type");
            });
        }
    }

    @Test
    void fetches_giveTheValue() {
        for (String query : List.of(
                "from Folder f join fetch f.lines",
                "from Folder f join fetch f.notes",
                "from Folder f join fetch f.answers",
                "from Folder f join fetch f.parts",
                "select distinct f from Folder f left join fetch f.sheets")) {
            Folder found = fixture.call(
                    session -> session.createSelectionQuery(query, Folder.class).getSingleResult());
            assertThat(found.secret + found.note + found.part.note).isEqualTo(VALUE + VALUE + VALUE);
        }
        fixture.run(session -> {
            var graph = session.getEntityGraph("sheets");
            Folder found = session.find(Folder.class, 1L, Map.of("jakarta.persistence.fetchgraph", graph));
            assertThat(found.sheets.get(0).note).isEqualTo(VALUE);
        });
        fixture.run(session -> assertThat(session.createSelectionQuery("from Folder", Folder.class)
                        .getSingleResult()
                        .sheets
                        .get(0)
                        .secret)
                .as("by a subselect")
                .isEqualTo(VALUE));
    }

    @Test
    void filterAndRestriction_byPlainColumns_giveTheValue() {
        fixture.run(session -> {
            session.enableFilter("named").setParameter("name", "visible");
            assertThat(session.createSelectionQuery("from Folder", Folder.class).getSingleResult().note)
                    .isEqualTo(VALUE);
            session.enableFilter("named").setParameter("name", "another");
            assertThat(session.createSelectionQuery("from Folder", Folder.class).getResultList())
                    .isEmpty();
        });
    }

    /** Text does not fit into a binary column; a literal does, and only the CHECK of `tegula schema checks` refuses it. */
    @Test
    void nativeUpdate_byAParameter_isRefusedByTheDatabase_byALiteralByTheCheck() {
        for (String column : ATTRIBUTES) {
            assertThatThrownBy(() -> fixture.run(
                            session -> session.createNativeMutationQuery("update folder set " + column + " = :v")
                                    .setParameter("v", VALUE)
                                    .executeUpdate()))
                    .hasMessageContaining("is of type bytea but expression is of type");
            fixture.database()
                    .execute("alter table folder add constraint sealed_" + column + " check (get_byte(" + column
                            + ", 0) = 1 and length(" + column + ") >= 75)");
            assertThatThrownBy(() -> fixture.run(session -> session.createNativeMutationQuery(
                                    "update folder set " + column + " = '" + VALUE + "'")
                            .executeUpdate()))
                    .hasMessageContaining("sealed_" + column);
        }
    }

    private static void refused(String template) {
        for (String path : template.contains("X") ? PATHS : List.of("")) {
            String query = template.replace("X", path);
            fixture.run(session -> assertThat(catchThrowable(() -> result(session, query)))
                    .as(query)
                    .isNotNull()
                    .satisfies(failure -> assertThat(Causes.text(failure)).doesNotContain(VALUE))
                    .satisfiesAnyOf(
                            failure -> assertThat(failure)
                                    .isInstanceOf(EncryptedQueryException.class)
                                    .hasMessageContaining("is encrypted; `"),
                            failure -> refusedAsBytes(failure, path)));
        }
    }

    /** Of a converter Hibernate itself sees a binary column, which is no text and cannot be ordered; it says so before the guard is asked. */
    private static void refusedAsBytes(Throwable failure, String path) {
        assertThat(path).endsWith("note");
        assertThat(failure)
                .isInstanceOfAny(FunctionArgumentException.class, SemanticException.class)
                .message()
                .containsAnyOf("argument is of type 'byte[]' mapped to 'VARBINARY'", "Operand of 'like' is of type");
    }

    private static void refusedStatement(String template) {
        for (String path : template.contains("X") ? PATHS : List.of("")) {
            fixture.run(session -> assertThatThrownBy(() -> {
                        var statement = session.createMutationQuery(template.replace("X", path));
                        if (template.contains(":v")) {
                            statement.setParameter("v", VALUE);
                        }
                        statement.executeUpdate();
                    })
                    .as(template)
                    .isInstanceOf(EncryptedQueryException.class)
                    .hasMessageNotContaining(VALUE));
        }
    }

    private static List<Object> result(Session session, String query) {
        var created = session.createSelectionQuery(query, Object.class);
        if (query.contains(":v")) {
            created.setParameter("v", VALUE);
        }
        return created.getResultList();
    }
}
