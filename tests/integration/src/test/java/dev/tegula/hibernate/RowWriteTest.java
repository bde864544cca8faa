package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.hibernate.RowMappings.Animal;
import dev.tegula.hibernate.RowMappings.Classed;
import dev.tegula.hibernate.RowMappings.Dog;
import dev.tegula.hibernate.RowMappings.Narrow;
import dev.tegula.hibernate.RowMappings.Pair;
import dev.tegula.hibernate.RowMappings.Random;
import dev.tegula.hibernate.RowMappings.Sequenced;
import dev.tegula.hibernate.RowMappings.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.event.service.spi.EventListenerRegistry;
import org.hibernate.event.spi.EventType;
import org.hibernate.event.spi.PreInsertEventListener;
import org.hibernate.event.spi.PreUpdateEventListener;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every way to write an entity binds its values to its row, and nothing is written or encrypted that did not change. */
final class RowWriteTest {

    private static Fixture fixture;

    @BeforeAll
    static void start() {
        fixture = Fixture.with(Map.of("hibernate.jdbc.batch_size", "20"), RowMappings.CLASSES);
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @Test
    void flushes_withoutAChange_writeAndEncryptNothing() {
        try (Fixture own = Fixture.of(RowMappings.CLASSES)) {
            Sequenced one = new Sequenced("clean", "one");
            one.sealed.add("a");
            own.run(session -> {
                session.persist(one);
                session.flush();
                session.flush();
            });
            assertThat(one.version).isZero();
            Object before = own.database().value("select xmin::text from sequenced where id = " + one.id);

            own.run(session -> {
                Sequenced found = session.find(Sequenced.class, one.id);
                assertThat(found.sealed).containsExactly("a");
                own.tegula().close();
                assertThatCode(session::flush).doesNotThrowAnyException();
            });

            assertThat(own.database().value("select xmin::text from sequenced where id = " + one.id))
                    .isEqualTo(before);
        }
    }

    @Test
    void entity_thatWasInserted_isComparedWithItsValues_andChangesOfMutableOnesAreSeen() {
        Sequenced one = new Sequenced("same session", "one");
        fixture.run(session -> {
            session.persist(one);
            session.flush();
            one.sealed.add("later");
            session.flush();
            assertThat(one.version).isEqualTo(1);
            session.flush();
            assertThat(one.version).isEqualTo(1);
            session.refresh(one);
            assertThat(one.sealed).containsExactly("later");
            assertThat(one.secret).isEqualTo("one");
        });
    }

    @Test
    void update_ofAnotherColumn_withDynamicUpdate_leavesTheEnvelopes() {
        Sequenced one = fixture.save(new Sequenced("dynamic", "one"));
        String envelopes = "select secret::text || sealed::text from sequenced where id = " + one.id;
        Object before = fixture.database().value(envelopes);

        fixture.run(session -> session.find(Sequenced.class, one.id).name = "changed");
        assertThat(fixture.database().value(envelopes)).isEqualTo(before);

        fixture.run(session -> session.find(Sequenced.class, one.id).secret = "two");
        assertThat(fixture.database().value(envelopes)).isNotEqualTo(before);
        assertThat(fixture.call(session -> session.find(Sequenced.class, one.id)).secret)
                .isEqualTo("two");
    }

    @Test
    void merge_ofDetachedAndOfNewEntities_bindsTheirRows() {
        Sequenced detached = fixture.save(new Sequenced("merge", "one"));
        detached.secret = "merged";
        fixture.run(session -> session.merge(detached));
        Narrow fresh = new Narrow();
        fresh.id = 40;
        fresh.secret = "was new";
        fixture.run(session -> session.merge(fresh));
        Random random = new Random();
        random.secret = "random";
        UUID id = fixture.call(session -> session.merge(random)).id;

        fixture.run(session -> {
            assertThat(session.find(Sequenced.class, detached.id).secret).isEqualTo("merged");
            assertThat(session.find(Narrow.class, 40).secret).isEqualTo("was new");
            assertThat(session.find(Random.class, id).secret).isEqualTo("random");
        });
    }

    @Test
    void batches_ofManyRows_bindEachToItsOwn() {
        List<Sequenced> many = new ArrayList<>();
        fixture.run(session -> {
            for (int i = 0; i < 50; i++) {
                many.add(new Sequenced("batch", "number " + i));
            }
            many.forEach(session::persist);
        });
        fixture.run(session -> many.forEach(one -> session.find(Sequenced.class, one.id).secret += "!"));

        fixture.run(session -> many.forEach(
                one -> assertThat(session.find(Sequenced.class, one.id).secret).isEqualTo(one.secret + "!")));
    }

    @Test
    void statelessSession_insertUpdateAndRefresh_bindRows_andUpsertIsRefused() {
        Narrow one = new Narrow();
        one.id = 50;
        one.secret = "inserted";
        Classed pair = new Classed();
        pair.one = 5;
        pair.two = "p";
        pair.secret = "inserted too";
        Split split = new Split();
        split.name = "s";
        split.secret = "in two tables";
        fixture.sessions().inStatelessTransaction(session -> {
            session.insert(one);
            session.insert(pair);
            session.insert(split);
        });
        fixture.sessions().inStatelessTransaction(session -> {
            Narrow found = session.get(Narrow.class, 50);
            assertThat(found.secret).isEqualTo("inserted");
            found.secret = "updated";
            session.update(found);
            assertThat(session.get(Classed.class, new Pair(5, "p")).secret).isEqualTo("inserted too");
            assertThat(session.get(Split.class, split.id).secret).isEqualTo("in two tables");
        });
        fixture.sessions().inStatelessTransaction(session -> {
            Narrow found = session.get(Narrow.class, 50);
            assertThat(found.secret).isEqualTo("updated");
            found.secret = "forgotten";
            session.refresh(found);
            assertThat(found.secret).isEqualTo("updated");
        });

        one.secret = "upserted";
        assertThatThrownBy(() -> fixture.sessions().inStatelessTransaction(session -> session.upsert(one)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("Narrow.secret")
                .hasMessageContaining("upsert()");
        assertThat(fixture.call(session -> session.find(Narrow.class, 50)).secret)
                .isEqualTo("updated");
    }

    @Test
    void secondaryTable_whoseValueComesLater_bindsIt() {
        Split split = fixture.save(new Split());

        fixture.run(session -> session.find(Split.class, split.id).secret = "later");
        fixture.run(session ->
                assertThat(session.find(Split.class, split.id).secret).isEqualTo("later"));
        fixture.run(session -> session.find(Split.class, split.id).secret = "again");
        fixture.run(session ->
                assertThat(session.find(Split.class, split.id).secret).isEqualTo("again"));
        fixture.run(session -> session.find(Split.class, split.id).secret = null);
        fixture.run(session ->
                assertThat(session.find(Split.class, split.id).secret).isNull());
    }

    /** Others' listeners see what the entity holds, before and after. */
    @Test
    void listeners_ofTheApplication_seeTheValues() {
        try (Fixture own = Fixture.of(RowMappings.CLASSES)) {
            List<Object> seen = new ArrayList<>();
            EventListenerRegistry listeners = own.sessions()
                    .unwrap(SessionFactoryImplementor.class)
                    .getEventEngine()
                    .getListenerRegistry();
            listeners.appendListeners(EventType.PRE_INSERT, (PreInsertEventListener) event -> {
                seen.addAll(List.of(event.getState()));
                return false;
            });
            listeners.appendListeners(EventType.PRE_UPDATE, (PreUpdateEventListener) event -> {
                seen.addAll(List.of(event.getOldState()));
                seen.addAll(List.of(event.getState()));
                return false;
            });
            Narrow one = new Narrow();
            one.id = 1;
            one.secret = "first";
            own.run(session -> {
                session.persist(one);
                session.flush();
                one.secret = "second";
            });

            assertThat(seen).containsExactly("first", "first", "second");
        }
    }

    @Test
    void row_whosePrimaryKeyWasChanged_doesNotOpen_untilItIsChangedBack() {
        Narrow one = new Narrow();
        one.id = 60;
        one.secret = "moved";
        fixture.save(one);

        fixture.database().execute("update narrow set id = 61 where id = 60");
        assertThatThrownBy(() -> fixture.call(session -> session.find(Narrow.class, 61)))
                .satisfies(RowBindingTest::cannotOpen);

        fixture.database().execute("update narrow set id = 60 where id = 61");
        assertThat(fixture.call(session -> session.find(Narrow.class, 60)).secret)
                .isEqualTo("moved");
    }

    /** What row binding does not stop, in format 1: the row's own older value. */
    @Test
    void olderValueOfTheSameRow_opens() {
        Narrow one = new Narrow();
        one.id = 70;
        one.secret = "older";
        fixture.save(one);
        fixture.database().execute("create table kept as select secret from narrow where id = 70");
        fixture.run(session -> session.find(Narrow.class, 70).secret = "newer");

        fixture.database().execute("update narrow set secret = (select secret from kept) where id = 70");

        assertThat(fixture.call(session -> session.find(Narrow.class, 70)).secret)
                .isEqualTo("older");
    }

    /** The tables of such a hierarchy share their sequence, but nothing in the database says that their keys differ. */
    @Test
    void valueOfATablePerClass_opensInTheRowOfTheSameKey_ofAnotherTableOfTheHierarchy() {
        Animal animal = new Animal();
        animal.secret = "of an animal";
        fixture.save(animal);

        fixture.database()
                .execute("insert into dog (id, secret) select id, secret from animal where id = " + animal.id
                        + "; delete from animal where id = " + animal.id);

        assertThat(fixture.call(session -> session.find(Dog.class, animal.id)).secret)
                .isEqualTo("of an animal");
    }
}
