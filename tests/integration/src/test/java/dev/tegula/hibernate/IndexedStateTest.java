package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.blindindex.BlindIndex;
import dev.tegula.blindindex.BlindTokens;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.PostPersist;
import jakarta.persistence.Transient;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.hibernate.Session;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.event.service.spi.EventListenerRegistry;
import org.hibernate.event.spi.EventType;
import org.hibernate.event.spi.PreInsertEventListener;
import org.hibernate.event.spi.PreUpdateEventListener;
import org.hibernate.persister.entity.EntityPersister;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An index is of what is stored beside it, where the entity and Hibernate's copy of its state are not the same. */
final class IndexedStateTest {

    @Entity(name = "Note")
    @Inheritance(strategy = InheritanceType.JOINED)
    static class Note {
        @Id
        Long id;

        @Encrypted("note.text")
        String text;

        @Transient
        Runnable afterInsert = () -> {};

        @PostPersist
        void inserted() {
            afterInsert.run();
        }
    }

    /** Its index is in another table than the values. */
    @Entity(name = "Joined")
    static class Joined extends Note {
        String other;

        @BlindIndexOf("text")
        BlindIndex found;

        @BlindTokensOf("text")
        BlindTokens words;
    }

    @Entity(name = "Changed")
    @DynamicUpdate
    static class Changed {
        @Id
        Long id;

        String other;

        @Encrypted(value = "changed.text", bind = Bind.ROW)
        String text;

        @BlindIndexOf("text")
        BlindIndex found;
    }

    private static final List<String> KINDS = List.of("Joined", "Changed");

    private Fixture fixture;

    @BeforeEach
    void open() {
        fixture = Fixture.of(Note.class, Joined.class, Changed.class);
        fixture.run(session -> {
            session.persist(joined(1L));
            session.persist(changed(1L));
        });
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private static Joined joined(long id) {
        Joined joined = new Joined();
        joined.id = id;
        joined.text = "first";
        return joined;
    }

    private static Changed changed(long id) {
        Changed changed = new Changed();
        changed.id = id;
        changed.text = "first";
        return changed;
    }

    private static void change(Object[] state, EntityPersister persister, UnaryOperator<String> change) {
        int position = List.of(persister.getPropertyNames()).indexOf("text");
        state[position] = change.apply((String) state[position]);
    }

    /** As many listeners for audits and clean-ups do: they change what is written, and not the entity. */
    private void listen(UnaryOperator<String> change) {
        EventListenerRegistry registry = ((SessionFactoryImplementor) fixture.sessions())
                .getEventEngine()
                .getListenerRegistry();
        registry.appendListeners(EventType.PRE_INSERT, (PreInsertEventListener) event -> {
            change(event.getState(), event.getPersister(), change);
            return false;
        });
        registry.appendListeners(EventType.PRE_UPDATE, (PreUpdateEventListener) event -> {
            change(event.getState(), event.getPersister(), change);
            return false;
        });
    }

    /** The texts of the rows that a look-up finds, compared with their index as they are loaded. */
    private List<String> found(String kind, String text) {
        return fixture.call(
                session -> session.createQuery("from " + kind + " e where e.found = :text order by e.id", Object.class)
                        .setParameter("text", text)
                        .getResultStream()
                        .map(entity -> entity instanceof Joined joined ? joined.text : ((Changed) entity).text)
                        .toList());
    }

    @Test
    void insert_ofWhatAListenerChanged_hasItsIndex() {
        listen(text -> text + "+");

        fixture.run(session -> {
            session.persist(joined(2L));
            session.persist(changed(2L));
        });
        fixture.sessions().inStatelessTransaction(session -> session.insert(joined(3L)));

        assertThat(found("Joined", "first+")).containsExactly("first+", "first+");
        assertThat(found("Changed", "first+")).containsExactly("first+");
        List<Joined> byWord =
                fixture.call(session -> session.createQuery("from Joined j where j.words = :words", Joined.class)
                        .setParameter("words", BlindTokens.all("first"))
                        .getResultList());
        assertThat(byWord).hasSize(3);
    }

    @Test
    void update_ofWhatAListenerChanged_hasItsIndex() {
        listen(text -> text.endsWith("+") ? text : text + "+");

        fixture.run(session -> {
            session.find(Joined.class, 1L).text = "second";
            session.find(Changed.class, 1L).text = "second";
        });

        assertThat(KINDS).allSatisfy(kind -> assertThat(found(kind, "second+")).containsExactly("second+"));
    }

    /** Hibernate knows of no change of the value, and would not write its column or its table. */
    @Test
    void update_ofSomethingElse_writesWhatAListenerChanged() {
        listen(text -> text.endsWith("+") ? text : text + "+");

        fixture.run(session -> {
            session.find(Joined.class, 1L).other = "changed";
            session.find(Changed.class, 1L).other = "changed";
        });

        assertThat(KINDS).allSatisfy(kind -> assertThat(found(kind, "first+")).containsExactly("first+"));
    }

    /** INSERTs come before UPDATEs, whose state was taken before. */
    @Test
    void update_ofAnEntityThatACallbackChangesDuringTheFlush_hasTheIndexOfWhatIsStored() {
        fixture.run(session -> {
            Joined one = session.find(Joined.class, 1L);
            Changed other = session.find(Changed.class, 1L);
            one.text = "second";
            other.text = "second";
            Joined inserted = joined(2L);
            inserted.afterInsert = () -> {
                one.text = "third";
                other.text = "third";
            };
            session.persist(inserted);
            session.flush();

            assertThat(one.text).isEqualTo("third");
            session.clear(); // what the callback changed is not written: the session forgets it
        });

        assertThat(KINDS).allSatisfy(kind -> {
            assertThat(found(kind, "second")).containsExactly("second");
            assertThat(found(kind, "third")).isEmpty();
        });
    }

    @Test
    void update_afterACallbackChangedTheEntity_isWrittenByTheNextFlush() {
        fixture.run(session -> {
            Joined one = session.find(Joined.class, 1L);
            one.text = "second";
            Joined inserted = joined(2L);
            inserted.afterInsert = () -> one.text = "third";
            session.persist(inserted);
            session.flush();
        });

        assertThat(found("Joined", "third")).containsExactly("third");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select count(*) filter (where e.found = :text) from Changed e",
                "select sum(case when e.found = :text then 1 else 0 end) from Changed e",
                "select sum(case when e.found in (:text) then 1 else 0 end) from Changed e",
                "select max(case when e.found = :text then 1L else 0L end) from Changed e",
                "select count(*) filter (where e.words = :words) from Joined e"
            })
    void aggregate_ofACondition_isOfTheIndex(String query) {
        Object counted = fixture.call(session -> answer(session, query));

        assertThat(((Number) counted).longValue()).isEqualTo(1);
    }

    private static Object answer(Session session, String query) {
        Map<String, Object> parameters = Map.of("text", "first", "words", BlindTokens.all("first"));
        var created = session.createQuery(query, Object.class);
        created.getParameters().forEach(p -> created.setParameter(p.getName(), parameters.get(p.getName())));
        return created.getSingleResult();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select e.found = :text from Changed e",
                "select e.found in (:text) from Changed e",
                "select e.words = :words from Joined e"
            })
    void selection_ofACondition_isTrueOrFalse(String query) {
        Object answer = fixture.call(session -> answer(session, query));

        assertThat(answer).isEqualTo(true);
    }
}
