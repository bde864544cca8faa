package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.blindindex.BlindTokens;
import dev.tegula.blindindex.Trigrams;
import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.util.List;
import java.util.Map;
import org.hibernate.Session;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.hibernate.annotations.TenantId;
import org.hibernate.envers.Audited;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What queries may not do with blind tokens, and what else they meet: logs, caches, history, tenants. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BlindTokensGuardTest {

    private Fixture fixture;

    @Entity(name = "Letter")
    @Audited
    static class Letter {
        @Id
        Long id;

        String title;

        @Encrypted("letter.text")
        String text;

        @BlindTokensOf("text")
        BlindTokens words;

        @BlindTokensOf(value = "text", name = "late", tokenizer = Trigrams.class, filling = true)
        BlindTokens pieces;
    }

    @Entity(name = "Parcel")
    static class Parcel {
        @Id
        Long id;

        @TenantId
        String tenant;

        @Encrypted(value = "parcel.text", perTenant = true)
        String text;

        @BlindTokensOf("text")
        BlindTokens words;

        @BlindTokensOf(value = "text", global = true)
        BlindTokens everywhere;
    }

    @Entity(name = "Kept")
    @Cacheable
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    static class Kept {
        @Id
        Long id;

        @Encrypted("kept.text")
        String text;

        @BlindTokensOf("text")
        BlindTokens words;
    }

    @BeforeAll
    void open() {
        fixture = Fixture.of(Letter.class);
        Letter letter = new Letter();
        letter.id = 1L;
        letter.text = "Dear Ada";
        fixture.save(letter);
    }

    @AfterAll
    void close() {
        fixture.close();
    }

    private List<?> find(String hql, Object value) {
        return fixture.call(session ->
                session.createQuery(hql, Object.class).setParameter("q", value).getResultList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "from Letter l where l.words <> :q",
                "from Letter l where not (l.words = :q)",
                "from Letter l where not (l.id = 2 or l.words = :q)",
                "from Letter l where l.id not in (select m.id from Letter m where m.words = :q)"
            })
    void query_forTheOthers_isRefused(String hql) {
        assertThatThrownBy(() -> find(hql, BlindTokens.all("ada")))
                .hasStackTraceContaining(".words holds blind tokens")
                .hasStackTraceContaining("would leave out rows of some other texts");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "from Letter l where l.words in (:q)",
                "from Letter l where l.words > :q",
                "from Letter l where l.words = l.pieces and l.words = :q",
                "from Letter l where coalesce(l.words, l.pieces) is null or l.words = :q",
                "from Letter l where l.words = :q order by l.words",
                "select l.words, count(*) from Letter l where l.words = :q group by l.words",
                "select distinct l.words from Letter l where l.words = :q"
            })
    void query_ofAnotherKind_isRefused(String hql) {
        assertThatThrownBy(() -> find(hql, BlindTokens.all("ada")))
                .hasStackTraceContaining("holds blind tokens")
                .hasStackTraceContaining("BlindTokens.all");
    }

    @Test
    void statement_inBulk_isRefused() {
        for (String hql : List.of(
                "update Letter l set l.title = 'x' where l.words = :q", "delete from Letter l where l.words = :q")) {
            assertThatThrownBy(() -> fixture.run(session -> session.createMutationQuery(hql)
                            .setParameter("q", BlindTokens.all("ada"))
                            .executeUpdate()))
                    .hasStackTraceContaining("a bulk statement would change rows of some other texts");
        }
        assertThat(find("from Letter l where l.words = :q", BlindTokens.all("ada")))
                .hasSize(1);
    }

    @Test
    void parameter_thatIsNoQuery_isRefusedWithoutIt() {
        BlindTokens stored = fixture.call(session -> session.find(Letter.class, 1L).words);
        for (Object value : List.of("ada", stored)) {
            assertThatThrownBy(() -> find("from Letter l where l.words = :q", value))
                    .hasStackTraceContaining("its parameter must be BlindTokens.all(text)")
                    .satisfies(failure -> assertThat(failure.toString()).doesNotContain("ada"));
        }
        assertThatThrownBy(() -> find("select l from Letter l where l.words = 'ada' and l.title = :q", "x"))
                .hasStackTraceContaining("holds blind tokens");
    }

    @Test
    void parameter_ofNull_findsNothing() {
        assertThat(find("from Letter l where l.words = :q", null)).isEmpty();
    }

    @Test
    void tokens_selectedOrTestedForNull_work() {
        assertThat(find("select l.words from Letter l where l.words is not null and l.id = :q", 1L))
                .singleElement()
                .hasToString("BlindTokens[8]");
    }

    @Test
    void query_inASubquery_findsItsRows() {
        assertThat(find(
                        "from Letter l where l.id in (select m.id from Letter m where m.words = :q)",
                        BlindTokens.any("ada otto")))
                .hasSize(1);
    }

    @Test
    void query_withEverythingLogged_showsNoWord() {
        try (Logs logs = Logs.open()) {
            find("from Letter l where l.words = :q", BlindTokens.all("ada"));
            assertThat(logs.text()).contains("@>").doesNotContain("ada");
        }
    }

    @Test
    void rows_ofTheHistory_haveTheirTokens() {
        assertThat(fixture.database().rows("select cardinality(words), words::text from Letter_AUD"))
                .isEqualTo(fixture.database().rows("select cardinality(words), words::text from Letter"));
    }

    @Test
    void row_withoutTokensWhileTheyAreFilled_loads() {
        fixture.database().execute("update Letter set pieces = null");
        String read = fixture.call(session -> session.find(Letter.class, 1L).text);
        assertThat(read).isEqualTo("Dear Ada");
        fixture.run(session -> session.find(Letter.class, 1L).title = "changed");
        assertThat(find("from Letter l where l.pieces = :q", BlindTokens.all("dear")))
                .hasSize(1);
    }

    @Test
    void tokens_ofTwoTenants_areOfTwoKeysUnlessGlobal() {
        try (Fixture tenants = Fixture.of(Parcel.class)) {
            for (String tenant : List.of("acme", "zeta")) {
                try (Session session = tenants.sessions()
                        .withOptions()
                        .tenantIdentifier((Object) tenant)
                        .openSession()) {
                    session.getTransaction().begin();
                    Parcel parcel = new Parcel();
                    parcel.id = (long) tenant.hashCode();
                    parcel.text = "red shoes";
                    session.persist(parcel);
                    session.getTransaction().commit();
                    assertThat(session.createQuery("from Parcel p where p.words = :q", Parcel.class)
                                    .setParameter("q", BlindTokens.all("shoes"))
                                    .getResultList())
                            .containsExactly(parcel);
                }
            }
            assertThat(tenants.database().rows("select count(distinct words), count(distinct everywhere) from Parcel"))
                    .hasToString("[[2, 1]]");
            assertThat(tenants.database().rows("select count(*) from Parcel a join Parcel b on a.words && b.words"))
                    .as("no token of one is one of the other")
                    .hasToString("[[2]]");
        }
    }

    @Test
    void cache_ofTheSecondLevel_givesThemBack() {
        Map<String, Object> cached = Map.of(
                "hibernate.cache.use_second_level_cache",
                "true",
                "hibernate.cache.region.factory_class",
                MemoryRegions.class.getName());
        try (Fixture own = Fixture.with(cached, Kept.class)) {
            Kept kept = new Kept();
            kept.id = 1L;
            kept.text = "Dear Ada";
            own.save(kept);
            BlindTokens read = own.call(session -> session.find(Kept.class, 1L).words);
            own.database().execute("delete from Kept");
            BlindTokens again = own.call(session -> session.find(Kept.class, 1L).words);
            assertThat(again).isEqualTo(read);
            assertThat(read.bytes()).hasDimensions(8, 8);
        }
    }
}
