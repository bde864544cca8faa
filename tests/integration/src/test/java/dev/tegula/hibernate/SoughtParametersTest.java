package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.blindindex.BlindIndex;
import dev.tegula.blindindex.BlindTokens;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.criteria.CriteriaBuilder;
import jakarta.persistence.criteria.CriteriaQuery;
import jakarta.persistence.criteria.ParameterExpression;
import jakarta.persistence.criteria.Root;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.hibernate.query.Query;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A parameter that is looked for by a blind index or tokens is sent nowhere in clear, also where the query uses it twice. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SoughtParametersTest {

    private static final String CANARY = Canary.TEXT;

    private final Queue<String> calls = new ConcurrentLinkedQueue<>();
    private Fixture fixture;

    @Entity(name = "Caller")
    static class Caller {
        @Id
        Long id;

        String name;

        @Encrypted("caller.number")
        String number;

        @BlindIndexOf("number")
        BlindIndex numberIndex;

        @BlindTokensOf("number")
        BlindTokens numberWords;
    }

    @BeforeAll
    void open() {
        Postgres database = Postgres.fresh();
        fixture = Fixture.on(
                database,
                Map.of("hibernate.connection.datasource", LoggedCalls.of(database.dataSource(), calls::add)),
                Caller.class);
        for (long id = 1; id <= 2; id++) {
            Caller caller = new Caller();
            caller.id = id;
            caller.name = "name " + id;
            caller.number = id == 1 ? CANARY : "another";
            fixture.save(caller);
        }
    }

    @AfterAll
    void close() {
        fixture.close();
    }

    private List<Long> find(String where, @Nullable Object value) {
        List<Long> found = fixture.call(session -> session.createQuery(
                        "select c.id from Caller c where " + where + " order by c.id", Long.class)
                .setParameter("v", value)
                .getResultList());
        assertThat(calls).noneMatch(Canary::in);
        return found;
    }

    @Test
    void nullTest_ofWhatIsLookedFor_tellsTheDatabaseNoMore() {
        for (String optional : List.of(
                ":v is null or c.numberIndex = :v",
                "c.numberIndex = :v or :v is null",
                "not (:v is not null) or c.numberIndex = :v",
                ":v is null or c.numberIndex in (:v)")) {
            assertThat(find(optional, CANARY)).as(optional).containsExactly(1L);
            assertThat(find(optional, BlindIndex.of(CANARY))).as(optional).containsExactly(1L);
            assertThat(find(optional, "nobody")).as(optional).isEmpty();
            assertThat(find(optional, null)).as(optional).containsExactly(1L, 2L);
        }
        String words = ":v is null or c.numberWords = :v";
        assertThat(find(words, BlindTokens.all(CANARY))).containsExactly(1L);
        assertThat(find(words, null)).containsExactly(1L, 2L);
        assertThat(find(":v is null or c.name = :v", "name 2"))
                .as("of a plain one")
                .containsExactly(2L);
        assertThat(find("c.numberIndex = :v or c.numberIndex = :v", CANARY)).containsExactly(1L);
    }

    @Test
    void nullTest_byPositionOrCriteria_tellsTheDatabaseNoMore() {
        fixture.run(session -> {
            Query<Long> byPosition =
                    session.createQuery("select c.id from Caller c where ?1 is null or c.numberIndex = ?1", Long.class);
            assertThat(byPosition.setParameter(1, CANARY).getResultList()).containsExactly(1L);
            for (String name : new String[] {null, "v"}) {
                CriteriaBuilder builder = session.getCriteriaBuilder();
                CriteriaQuery<Long> criteria = builder.createQuery(Long.class);
                Root<Caller> root = criteria.from(Caller.class);
                ParameterExpression<BlindIndex> sought =
                        name == null ? builder.parameter(BlindIndex.class) : builder.parameter(BlindIndex.class, name);
                criteria.select(root.get("id"))
                        .where(builder.or(builder.isNull(sought), builder.equal(root.get("numberIndex"), sought)));
                assertThat(session.createQuery(criteria)
                                .setParameter(sought, BlindIndex.of(CANARY))
                                .getResultList())
                        .containsExactly(1L);
            }
        });
        assertThat(calls).noneMatch(Canary::in);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select c.id from Caller c where c.numberIndex = :v or c.name = :v",
                "select c.id, :v from Caller c where c.numberIndex = :v",
                "select c.id from Caller c where c.numberIndex = :v and length(:v) > 3",
                "select c.id from Caller c where coalesce(:v, '') = '' or c.numberIndex in (:v)",
                "select c.id from Caller c where :v = '' or c.numberIndex = :v",
                "select c.id from Caller c where c.numberIndex = :v and exists (select 1 from Caller o where o.name ="
                        + " :v)"
            })
    void parameter_thatIsSentElsewhere_isRefused(String query) {
        assertThatThrownBy(() -> fixture.run(session -> session.createQuery(query, Object.class)
                        .setParameter("v", CANARY)
                        .getResultList()))
                .isInstanceOf(EncryptedQueryException.class)
                .hasMessageContaining("Caller.numberIndex is compared with a parameter that the query uses at another")
                .hasMessageContaining("Give each place a parameter of its own");
        assertThat(calls).noneMatch(Canary::in);
    }

    @Test
    void bulkStatement_thatAssignsWhatItLooksFor_isRefused() {
        assertThatThrownBy(() -> fixture.run(session -> session.createMutationQuery(
                                "update Caller c set c.name = :v where c.numberIndex = :v")
                        .setParameter("v", CANARY)
                        .executeUpdate()))
                .isInstanceOf(EncryptedQueryException.class)
                .hasMessageContaining("Give each place a parameter of its own");
        assertThat(calls).noneMatch(Canary::in);
    }
}
