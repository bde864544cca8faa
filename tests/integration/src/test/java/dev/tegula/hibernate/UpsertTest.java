package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.blindindex.BlindIndex;
import dev.tegula.blindindex.BlindTokens;
import dev.tegula.blindindex.Exact;
import dev.tegula.blindindex.Trigrams;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.Version;
import java.util.List;
import java.util.function.Consumer;
import org.hibernate.HibernateException;
import org.hibernate.StatelessSession;
import org.hibernate.annotations.DynamicUpdate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A stateless session writes whole entities, with what is computed from their values, by UPDATE and by MERGE. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class UpsertTest {

    private Fixture fixture;

    @Entity(name = "Guest")
    static class Guest {
        @Id
        Long id;

        @Encrypted("guest.name")
        String name;

        @BlindTokensOf("name")
        BlindTokens words;

        @BlindTokensOf(value = "name", tokenizer = Trigrams.class)
        BlindTokens trigrams;

        String city;
    }

    @Entity(name = "Visit")
    @DynamicUpdate
    static class Visit {
        @Id
        Long id;

        @Version
        long version;

        @Encrypted("visit.name")
        String name;

        @BlindIndexOf(value = "name", normalizer = Exact.class)
        BlindIndex nameIndex;

        @Embedded
        Note note;

        String city;

        @Column(updatable = false)
        String source;

        @Column(insertable = false)
        String closed;
    }

    /** What Hibernate itself does with columns of one direction, which differs between its lines. */
    @Entity(name = "Plain")
    @DynamicUpdate
    static class Plain {
        @Id
        Long id;

        @Version
        long version;

        String city;

        @Column(updatable = false)
        String source;

        @Column(insertable = false)
        String closed;
    }

    @Embeddable
    static class Note {
        @Encrypted("visit.note")
        String text;

        @BlindTokensOf("text")
        BlindTokens textWords;
    }

    @Entity(name = "Party")
    @DynamicUpdate
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Party {
        @Id
        Long id;

        @Encrypted("party.name")
        String name;

        @BlindTokensOf("name")
        BlindTokens words;
    }

    @Entity(name = "Firm")
    @DynamicUpdate
    static class Firm extends Party {
        String register;

        @Encrypted("firm.owner")
        String owner;
    }

    @Entity(name = "Place")
    @DynamicUpdate
    @Inheritance(strategy = InheritanceType.TABLE_PER_CLASS)
    static class Place {
        @Id
        Long id;

        String city;
    }

    @Entity(name = "Shop")
    @DynamicUpdate
    static class Shop extends Place {
        @Encrypted("shop.name")
        String name;

        @BlindTokensOf("name")
        BlindTokens words;
    }

    @BeforeAll
    void open() {
        fixture = Fixture.of(Guest.class, Visit.class, Plain.class, Party.class, Firm.class, Place.class, Shop.class);
    }

    @AfterAll
    void close() {
        fixture.close();
    }

    private void stateless(Consumer<StatelessSession> work) {
        fixture.sessions().inStatelessTransaction(work);
    }

    private List<Long> found(String query, Object value) {
        return fixture.call(session ->
                session.createQuery(query, Long.class).setParameter("q", value).getResultList());
    }

    private static Guest guest(long id, String name) {
        Guest guest = new Guest();
        guest.id = id;
        guest.name = name;
        guest.city = "Bern";
        return guest;
    }

    private static Plain plain(long id, String name) {
        Plain plain = new Plain();
        plain.id = id;
        plain.city = "city of " + name;
        plain.source = "source of " + name;
        plain.closed = "closed by " + name;
        return plain;
    }

    private static Visit visit(long id, String name) {
        Visit visit = new Visit();
        visit.id = id;
        visit.name = name;
        visit.note = new Note();
        visit.note.text = "likes " + name;
        visit.city = "city of " + name;
        visit.source = "source of " + name;
        visit.closed = "closed by " + name;
        return visit;
    }

    @Test
    void upsert_ofTokens_insertsAndUpdatesThem() {
        String words = "select g.id from Guest g where g.words = :q";
        stateless(session -> session.upsert(guest(1, "Ada Berg")));
        assertThat(found(words, BlindTokens.all("berg"))).containsExactly(1L);

        stateless(session -> session.upsert(guest(1, "Otto Meier")));
        assertThat(found(words, BlindTokens.all("berg"))).isEmpty();
        assertThat(found(words, BlindTokens.all("meier"))).containsExactly(1L);
        assertThat(found("select g.id from Guest g where g.trigrams = :q", BlindTokens.all("Meier")))
                .containsExactly(1L);

        stateless(session -> session.upsert(guest(1, null)));
        fixture.run(session -> {
            Guest read = session.find(Guest.class, 1L);
            assertThat(read.name).isNull();
            assertThat(read.words).isNull();
            assertThat(read.city).isEqualTo("Bern");
        });
    }

    @Test
    void upsert_underDynamicUpdate_writesEveryColumn() {
        Visit ada = visit(1, "Ada");
        Plain plainAda = plain(1, "Ada");
        stateless(session -> session.upsert(ada));
        stateless(session -> session.upsert(plainAda));
        assertVisit(1, "Ada");

        Visit otto = visit(1, "Otto");
        otto.version = ada.version;
        Plain plainOtto = plain(1, "Otto");
        plainOtto.version = plainAda.version;
        stateless(session -> session.upsert(otto));
        stateless(session -> session.upsert(plainOtto));
        assertVisit(1, "Otto");

        Visit late = visit(1, "Late");
        late.version = -1;
        assertThatThrownBy(() -> stateless(session -> session.upsert(late))).isInstanceOf(HibernateException.class);
        assertVisit(1, "Otto");
    }

    @Test
    void update_underDynamicUpdate_writesEveryColumn() {
        Visit ada = visit(2, "Ada");
        Plain plainAda = plain(2, "Ada");
        stateless(session -> session.insert(ada));
        stateless(session -> session.insert(plainAda));

        Visit otto = visit(2, "Otto");
        otto.version = ada.version;
        Plain plainOtto = plain(2, "Otto");
        plainOtto.version = plainAda.version;
        stateless(session -> session.update(otto));
        stateless(session -> session.update(plainOtto));

        assertVisit(2, "Otto");
    }

    private void assertVisit(long id, String name) {
        fixture.run(session -> {
            Visit read = session.find(Visit.class, id);
            assertThat(read.name).isEqualTo(name);
            assertThat(read.note.text).isEqualTo("likes " + name);
            assertThat(read.city).isEqualTo("city of " + name);
            Plain plain = session.find(Plain.class, id);
            assertThat(read.version).isEqualTo(plain.version);
            assertThat(read.source).isEqualTo(plain.source);
            assertThat(read.closed).isEqualTo(plain.closed);
        });
        assertThat(found("select v.id from Visit v where v.nameIndex = :q", name))
                .contains(id);
        assertThat(found("select v.id from Visit v where v.note.textWords = :q", BlindTokens.all(name)))
                .contains(id);
    }

    @Test
    void flush_underDynamicUpdate_writesWhatChanged() {
        stateless(session -> session.insert(visit(3, "Ada")));
        fixture.run(session -> {
            Visit read = session.find(Visit.class, 3L);
            session.createNativeMutationQuery("update visit set city = 'meanwhile' where id = 3")
                    .executeUpdate();
            read.name = "Eve";
        });
        fixture.run(session -> {
            Visit read = session.find(Visit.class, 3L);
            assertThat(read.name).isEqualTo("Eve");
            assertThat(read.city).isEqualTo("meanwhile");
        });
    }

    @Test
    void upsert_underDynamicUpdate_writesEveryTable() {
        for (String name : List.of("Berg", "Meier")) {
            Firm firm = new Firm();
            firm.id = 1L;
            firm.name = name;
            firm.register = "register of " + name;
            firm.owner = "owner of " + name;
            stateless(session -> session.upsert(firm));
            fixture.run(session -> {
                Firm read = session.find(Firm.class, 1L);
                assertThat(read.name).isEqualTo(name);
                assertThat(read.register).isEqualTo("register of " + name);
                assertThat(read.owner).isEqualTo("owner of " + name);
            });
            assertThat(found("select p.id from Party p where p.words = :q", BlindTokens.all(name)))
                    .containsExactly(1L);
        }
    }

    @Test
    void upsert_underDynamicUpdate_writesATableOfAClass() {
        for (String name : List.of("Berg", "Meier")) {
            Shop shop = new Shop();
            shop.id = 1L;
            shop.name = name;
            shop.city = "city of " + name;
            stateless(session -> session.upsert(shop));
            fixture.run(session -> {
                Shop read = (Shop) session.find(Place.class, 1L);
                assertThat(read.name).isEqualTo(name);
                assertThat(read.city).isEqualTo("city of " + name);
            });
            assertThat(found("select s.id from Shop s where s.words = :q", BlindTokens.all(name)))
                    .containsExactly(1L);
        }
    }
}
