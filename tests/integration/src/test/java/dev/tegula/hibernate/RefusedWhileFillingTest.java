package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.blindindex.BlindIndex;
import dev.tegula.blindindex.BlindTokens;
import dev.tegula.blindindex.IgnoreCase;
import dev.tegula.failure.MalformedException;
import dev.tegula.hibernate.engine.Engine;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hibernate.SessionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rows were saved with values that a normaliser or tokeniser refuses, before there was an index. While it is filled they can be changed in
 * all else; such a value is refused where somebody writes it.
 */
final class RefusedWhileFillingTest {

    /** A letter that Unicode 13 has not assigned. */
    private static final String LATE = "late \u1c89";

    private static final String LONG =
            IntStream.range(0, 5_000).mapToObj(n -> "w" + n).collect(Collectors.joining(" "));

    private Fixture before;
    private SessionFactory after;

    @Entity(name = "DinerBefore")
    @Table(name = "Diner")
    static class Before {
        @Id
        long id;

        @Encrypted("diner.name")
        String name;

        @Embedded
        NoteBefore note;

        String city = "Bern";
    }

    @Embeddable
    static class NoteBefore {
        @Encrypted("diner.text")
        String text;
    }

    @Entity(name = "Diner")
    static class Diner {
        @Id
        long id;

        @Encrypted("diner.name")
        String name;

        @BlindIndexOf(value = "name", normalizer = IgnoreCase.class, filling = true)
        BlindIndex nameIndex;

        @BlindTokensOf(value = "name", filling = true)
        BlindTokens nameWords;

        @BlindTokensOf(value = "name", next = true)
        BlindTokens nameWordsNext;

        @Embedded
        Note note;

        String city;
    }

    @Entity(name = "DinerFilled")
    @Table(name = "Diner")
    static class Filled {
        @Id
        long id;

        @Encrypted("diner.name")
        String name;

        @BlindIndexOf(value = "name", normalizer = IgnoreCase.class)
        BlindIndex nameIndex;
    }

    @Entity(name = "DinerFilledWords")
    @Table(name = "Diner")
    static class FilledWords {
        @Id
        long id;

        @Encrypted("diner.name")
        String name;

        @BlindTokensOf("name")
        BlindTokens nameWords;
    }

    @Embeddable
    static class Note {
        @Encrypted("diner.text")
        String text;

        @BlindTokensOf(value = "text", filling = true)
        BlindTokens textWords;
    }

    @BeforeEach
    void rows() {
        before = Fixture.of(Before.class);
        save(1, LATE, LATE);
        save(2, LONG, LONG);
        save(3, "Anna Berg", "likes tea");
        after = Fixture.sessions(
                before.database(),
                Map.of(Engine.PROPERTY, before.tegula(), "hibernate.hbm2ddl.auto", "update"),
                Diner.class);
    }

    private void save(long id, String name, String text) {
        Before row = new Before();
        row.id = id;
        row.name = name;
        row.note = new NoteBefore();
        row.note.text = text;
        before.save(row);
    }

    @AfterEach
    void close() {
        after.close();
        before.close();
    }

    private long withoutIndex() {
        return (Long) before.database()
                .value("select count(*) from Diner where num_nonnulls(nameWords, nameWordsNext, textWords) = 0");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void anotherAttribute_ofSuchARow_isChanged(long id) {
        after.inTransaction(session -> session.find(Diner.class, id).city = "Genf");
        after.inStatelessTransaction(session -> {
            Diner diner = session.get(Diner.class, id);
            diner.city += "f";
            session.update(diner);
        });
        Diner detached = after.fromTransaction(session -> session.find(Diner.class, id));
        detached.city += "!";
        after.inTransaction(session -> session.merge(detached));

        Diner read = after.fromTransaction(session -> session.find(Diner.class, id));
        assertThat(read.city).isEqualTo("Genff!");
        assertThat(read.name).isEqualTo(id == 1 ? LATE : LONG);
        assertThat(read.nameWords).isNull();
        assertThat(withoutIndex()).isEqualTo(3);
    }

    @Test
    void aRowWhoseValuesAreTaken_getsItsIndexWithAnyChange() {
        after.inTransaction(session -> session.find(Diner.class, 3L).city = "Genf");
        assertThat(withoutIndex()).isEqualTo(2);
        assertThat(found("anna")).containsExactly(3L);
    }

    private List<Long> found(String word) {
        return after.fromTransaction(session -> session.createQuery(
                        "select d.id from Diner d where d.nameWords = :q order by d.id", Long.class)
                .setParameter("q", BlindTokens.all(word))
                .getResultList());
    }

    /** The index would be gone, and nobody would know. */
    @ParameterizedTest
    @ValueSource(strings = {LATE, "LONG"})
    void suchAValue_inARowWithAnIndex_orInANewRow_isRefusedAndNothingIsWritten(String which) {
        String value = which.equals("LONG") ? LONG : LATE;
        after.inTransaction(session -> session.find(Diner.class, 3L).city = "Genf");

        assertThatThrownBy(() -> after.inTransaction(session -> session.find(Diner.class, 3L).name = value))
                .isInstanceOf(MalformedException.class);
        Diner fresh = new Diner();
        fresh.id = 4;
        fresh.name = value;
        assertThatThrownBy(() -> after.inTransaction(session -> session.persist(fresh)))
                .isInstanceOf(MalformedException.class);

        assertThat(found("anna")).containsExactly(3L);
        assertThat(before.database().value("select count(*) from Diner")).isEqualTo(3L);
    }

    /** Built of a form or a document, which has no indexes. */
    private static Diner unindexed(long id, String name, String text) {
        Diner diner = new Diner();
        diner.id = id;
        diner.name = name;
        diner.note = new Note();
        diner.note.text = text;
        diner.city = "Basel";
        return diner;
    }

    @Test
    void suchAValue_mergedFromAnObjectWithoutItsIndex_intoARowThatHasOne_isRefused() {
        after.inTransaction(session -> session.find(Diner.class, 3L).city = "Genf");
        for (Diner form : List.of(unindexed(3, LATE, "likes tea"), unindexed(3, "Anna Berg", LATE))) {
            assertThatThrownBy(() -> after.inTransaction(session -> session.merge(form)))
                    .isInstanceOf(MalformedException.class);
        }
        assertThatThrownBy(() -> after.inTransaction(session -> {
                    Diner diner = session.find(Diner.class, 3L);
                    diner.name = LATE;
                    diner.nameIndex = null;
                    diner.nameWords = null;
                    diner.nameWordsNext = null;
                }))
                .isInstanceOf(MalformedException.class);

        assertThat(found("anna")).containsExactly(3L);
        assertThat(withoutIndex()).isEqualTo(2);
        after.inTransaction(session -> session.merge(unindexed(1, LATE, LATE)));
        assertThat(after.fromTransaction(session -> session.find(Diner.class, 1L)).city)
                .isEqualTo("Basel");
    }

    /** It may make the row. */
    @Test
    void suchAValue_upserted_isRefused() {
        for (Diner form : List.of(unindexed(4, LATE, "tea"), unindexed(4, "Anna", LATE))) {
            assertThatThrownBy(() -> after.inStatelessTransaction(session -> session.upsert(form)))
                    .isInstanceOf(MalformedException.class);
        }
        after.inStatelessTransaction(session -> session.upsert(unindexed(4, "Dora", "tea")));
        assertThat(found("dora")).containsExactly(4L);
    }

    @Test
    void suchAValue_whereNothingIsFilling_isRefusedInEveryRow() {
        Filled filled = new Filled();
        filled.id = 1;
        filled.name = LATE;
        FilledWords words = new FilledWords();
        words.id = 2;
        words.name = LONG;
        for (Object form : List.of(filled, words)) {
            try (SessionFactory strict =
                    Fixture.sessions(before.database(), Map.of(Engine.PROPERTY, before.tegula()), form.getClass())) {
                assertThatThrownBy(() -> strict.inStatelessTransaction(session -> session.update(form)))
                        .isInstanceOf(MalformedException.class);
            }
        }
    }

    @Test
    void theWayOut_isAnotherValue() {
        after.inTransaction(session -> {
            Diner diner = session.find(Diner.class, 1L);
            diner.name = "late";
            diner.note.text = "late";
        });
        assertThat(found("late")).containsExactly(1L);
        assertThat(withoutIndex()).isEqualTo(2);
    }
}
