package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.blindindex.BlindTokens;
import dev.tegula.blindindex.Prefixes;
import dev.tegula.blindindex.Tokenizer;
import dev.tegula.blindindex.Trigrams;
import dev.tegula.blindindex.Words;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.MalformedException;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.hibernate.StatelessSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Texts are found by their words. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BlindTokensTest {

    private static final List<String> NAMES =
            List.of("Anna Berg", "Anna Maria Ferreira", "Otto Berg", "Annabella Bergström", "O'Neill, Ada", "—");

    private Fixture fixture;

    @Entity(name = "Guest")
    static class Guest {
        @Id
        Long id;

        @Encrypted("guest.name")
        String name;

        @BlindTokensOf("name")
        BlindTokens words;

        @BlindTokensOf(value = "name", tokenizer = Prefixes.class, padToMultiple = 16)
        BlindTokens prefixes;

        @BlindTokensOf(value = "name", tokenizer = Trigrams.class, sizeBytes = 4)
        BlindTokens trigrams;

        @BlindTokensOf(value = "name", tokenizer = Counted.class)
        BlindTokens counted;

        @Embedded
        Note note;
    }

    @Embeddable
    static class Note {
        @Encrypted("guest.note")
        String text;

        @BlindTokensOf(value = "text", padToMultiple = 1)
        BlindTokens textWords;
    }

    /** Words, and how often they were asked for. */
    public static final class Counted implements Tokenizer {
        private static final AtomicInteger TIMES = new AtomicInteger();

        @Override
        public String id() {
            return "test.counted";
        }

        @Override
        public int version() {
            return 1;
        }

        @Override
        public Set<String> tokens(String value) {
            TIMES.incrementAndGet();
            return new Words().tokens(value);
        }
    }

    @BeforeAll
    void open() {
        fixture = Fixture.of(Guest.class);
        fixture.run(session -> {
            for (int id = 0; id < NAMES.size(); id++) {
                session.persist(guest(id, NAMES.get(id)));
            }
            session.persist(guest(NAMES.size(), null));
        });
    }

    private static Guest guest(long id, String name) {
        Guest guest = new Guest();
        guest.id = id;
        guest.name = name;
        guest.note = new Note();
        guest.note.text = "likes " + (id % 2 == 0 ? "tea" : "coffee");
        return guest;
    }

    @AfterAll
    void close() {
        fixture.close();
    }

    private List<String> find(String attribute, Object value) {
        return fixture.call(
                session -> session.createQuery("from Guest g where g." + attribute + " = :q order by g.id", Guest.class)
                        .setParameter("q", value)
                        .getResultStream()
                        .map(guest -> guest.name)
                        .toList());
    }

    @Test
    void query_forAllWords_findsTheirRows() {
        assertThat(find("words", BlindTokens.all("berg ANNA"))).containsExactly("Anna Berg");
        assertThat(find("words", BlindTokens.all("berg"))).containsExactly("Anna Berg", "Otto Berg");
        assertThat(find("words", BlindTokens.all("neill"))).containsExactly("O'Neill, Ada");
        assertThat(find("words", BlindTokens.all("ann"))).isEmpty();
    }

    @Test
    void query_forAnyWord_findsTheirRows() {
        assertThat(find("words", BlindTokens.any("otto ferreira"))).containsExactly("Anna Maria Ferreira", "Otto Berg");
    }

    /** Each parameter on its own would ask for the keys again: one that comes or goes in between would be left out. */
    @Test
    void query_withManyParameters_computesThemOnce() {
        int before = Counted.TIMES.get();

        assertThat(find("counted", BlindTokens.all("nobody"))).isEmpty();
        assertThat(find("counted", BlindTokens.all("somebody"))).isEmpty();

        assertThat(Counted.TIMES.get() - before).isEqualTo(2);
    }

    @Test
    void query_forBeginnings_findsThem() {
        assertThat(find("prefixes", BlindTokens.all("ann be"))).containsExactly("Anna Berg", "Annabella Bergström");
        assertThat(find("prefixes", BlindTokens.all("bergströmx")))
                .as("only eight characters are looked for")
                .containsExactly("Annabella Bergström");
        assertThat(BlindTokens.all("bergströmx").matches(new Prefixes(), "Annabella Bergström"))
                .isFalse();
    }

    @Test
    void query_forPieces_findsThem() {
        assertThat(find("trigrams", BlindTokens.all("rrei"))).containsExactly("Anna Maria Ferreira");
        assertThat(find("trigrams", BlindTokens.any("bella rrei")))
                .containsExactly("Anna Maria Ferreira", "Annabella Bergström");
    }

    @Test
    void query_inAnEmbeddable_findsItsRows() {
        assertThat(find("note.textWords", BlindTokens.all("coffee"))).hasSize(3);
    }

    @Test
    void query_byCriteria_findsItsRows() {
        List<Guest> found = fixture.call(session -> {
            var builder = session.getCriteriaBuilder();
            var query = builder.createQuery(Guest.class);
            var guest = query.from(Guest.class);
            query.where(builder.and(
                    builder.equal(guest.get("words"), BlindTokens.all("berg")),
                    builder.greaterThan(guest.get("id"), 1L)));
            return session.createQuery(query).getResultList();
        });
        assertThat(found).extracting(guest -> guest.name).containsExactly("Otto Berg");
    }

    @Test
    void query_withoutAToken_isRefusedAndFindsNothing() {
        assertThatThrownBy(() -> find("trigrams", BlindTokens.all("an")))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("guest.name: the query has no token of tegula.trigrams")
                .hasMessageContaining("nothing was looked for");
        assertThatThrownBy(() -> find("words", BlindTokens.any(" - "))).isInstanceOf(MalformedException.class);
    }

    @Test
    void column_ofARow_hasAsManyTokensAsTheStepAsks() {
        assertThat(fixture.database()
                        .rows("select cardinality(words), cardinality(prefixes), cardinality(textWords),"
                                + " length(words[1]), length(trigrams[1]) from Guest order by id limit 2"))
                .hasToString("[[8, 16, 2, 8, 4], [8, 16, 2, 8, 4]]");
        assertThat(fixture.database()
                        .rows("select id from Guest where words <> array(select t from unnest(words) t order by t)"))
                .isEmpty();
        assertThat(fixture.database().rows("select cardinality(words) from Guest where name is null"))
                .hasToString("[[null]]");
    }

    @Test
    void start_thatValidatesTheSchema_acceptsTheColumn() {
        try (Fixture second =
                Fixture.on(fixture.database(), Map.of("hibernate.hbm2ddl.auto", "validate"), Guest.class)) {
            assertThat(second.sessions().isOpen()).isTrue();
        }
    }

    @Test
    void load_ofARowWithTokensOfOtherWords_isRefused() {
        Fixture own = Fixture.of(Guest.class);
        own.save(guest(1, "Anna Berg"));
        own.save(guest(2, "Mallory"));
        for (String change : List.of(
                "words = (select words from Guest where id = 1)",
                "words = words || (select words[1:2] from Guest where id = 1)",
                "words = words[1:7]",
                "words = '{}'",
                "words = null")) {
            String before = own.database()
                    .rows("select words::text from Guest where id = 2")
                    .toString();
            own.database().execute("update Guest set " + change + " where id = 2");
            assertThat(own.database()
                            .rows("select words::text from Guest where id = 2")
                            .toString())
                    .isNotEqualTo(before);
            assertThatThrownBy(() -> own.call(session -> session.find(Guest.class, 2L)))
                    .as(change)
                    .isInstanceOf(IntegrityException.class)
                    .hasMessageContaining(
                            change.equals("words = null")
                                    ? "a text and no blind tokens"
                                    : "blind tokens that are not those of its text");
            try (StatelessSession session = own.sessions().openStatelessSession()) {
                assertThatThrownBy(() -> session.get(Guest.class, 2L)).isInstanceOf(IntegrityException.class);
            }
        }
        own.close();
    }

    @Test
    void flush_ofAnUnchangedText_writesTheSameTokens() {
        String before = fixture.database()
                .rows("select words::text from Guest where id = 1")
                .toString();
        fixture.run(session -> session.find(Guest.class, 1L).note.text = "likes nothing now");
        assertThat(fixture.database()
                        .rows("select words::text from Guest where id = 1")
                        .toString())
                .isEqualTo(before);
        assertThat(find("note.textWords", BlindTokens.all("nothing"))).hasSize(1);
        fixture.run(session -> session.find(Guest.class, 1L).note.text = "likes coffee");
    }

    @Test
    void matches_ofWhatWasFound_keepsWhatWasMeant() {
        BlindTokens query = BlindTokens.all("rei fer");
        assertThat(find("trigrams", query)).containsExactly("Anna Maria Ferreira");
        assertThat(query.matches(new Trigrams(), "Anna Maria Ferreira")).isTrue();
        assertThat(query.matches(new Words(), "Anna Maria Ferreira")).isFalse();
    }
}
