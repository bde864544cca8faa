package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Context;
import dev.tegula.FieldSpec;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.hibernate.AdoptedMappings.*;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hibernate.Hibernate;
import org.hibernate.Session;
import org.hibernate.StatelessSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One attribute over a column in clear and the encrypted one beside it: every way to write and to read it. */
final class AdoptedTest {

    private static Fixture fixture;

    @BeforeAll
    static void start() {
        fixture = Fixture.with(
                Map.of("hibernate.jdbc.batch_size", "20"),
                Owner.class,
                Dynamic.class,
                Numbered.class,
                Animal.class,
                Dog.class);
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    private static Object inClear(String table, long id) {
        return fixture.database().value("select ssn from " + table + " where id = " + id);
    }

    private static String opened(String table, long id) {
        return fixture.tegula()
                .field(FieldSpec.of("owner.ssn", String.class))
                .decrypt(
                        fixture.database().bytes("select ssn_enc from " + table + " where id = " + id),
                        Context.noTenant());
    }

    private static void assertBoth(String table, long id, String value) {
        assertThat(inClear(table, id)).isEqualTo(value);
        assertThat(opened(table, id)).isEqualTo(value);
    }

    private static void stateless(java.util.function.Consumer<StatelessSession> work) {
        fixture.sessions().inStatelessTransaction(work);
    }

    @ParameterizedTest
    @CsvSource({"Owner, owners, 100", "Dynamic, dynamic, 200"})
    void everyWrite_ofAnEntity_goesToBothColumns(String entity, String table, long id) {
        boolean owner = entity.equals("Owner");
        Class<? extends Person> type = owner ? Owner.class : Dynamic.class;
        for (long i = 0; i < 10; i++) {
            long each = id + i;
            if (i < 8) {
                fixture.save(owner ? new Owner(each, "Zürich-" + each) : new Dynamic(each, "Zürich-" + each));
            } else {
                stateless(session -> session.insert(
                        owner ? new Owner(each, "Zürich-" + each) : new Dynamic(each, "Zürich-" + each)));
            }
            assertBoth(table, each, "Zürich-" + each);
        }
        fixture.run(session -> {
            session.find(type, id).ssn = "updated";
            session.find(type, id + 1).name = "another column";
            session.find(type, id + 2).ssn = null;
            session.find(type, id + 3).ssn = "";
        });
        assertBoth(table, id, "updated");
        assertBoth(table, id + 1, "Zürich-" + (id + 1));
        assertBoth(table, id + 2, null);
        assertBoth(table, id + 3, "");
        fixture.run(session -> session.find(type, id + 2).ssn = "again");
        assertBoth(table, id + 2, "again");

        Person detached = fixture.call(session -> session.find(type, id + 4));
        detached.ssn = "merged";
        fixture.run(session -> session.merge(detached));
        assertBoth(table, id + 4, "merged");

        stateless(session -> {
            Person found = session.get(type, id + 5);
            found.ssn = "stateless";
            session.update(found);
        });
        assertBoth(table, id + 5, "stateless");
        stateless(session -> {
            Person found = session.get(type, id + 5);
            found.ssn = null;
            session.update(found);
        });
        assertBoth(table, id + 5, null);

        Person removed = fixture.call(session -> session.find(type, id + 6));
        fixture.run(session -> session.remove(session.merge(removed)));
        assertThat(fixture.database().value("select count(*) from " + table + " where id = " + (id + 6)))
                .isEqualTo(0L);
    }

    @Test
    void batch_ofManyRows_writesEachToBothColumns() {
        fixture.run(session -> {
            for (int i = 300; i < 350; i++) {
                session.persist(new Owner(i, i % 5 == 0 ? null : "batch-" + i));
            }
        });
        fixture.run(session -> session.createQuery("from Owner where id between 300 and 349", Owner.class)
                .getResultList()
                .forEach(found -> found.ssn = found.ssn == null ? "filled-" + found.id : "second-" + found.id));
        for (int i = 300; i < 350; i++) {
            assertBoth("owners", i, (i % 5 == 0 ? "filled-" : "second-") + i);
        }
    }

    /** A row of before has no envelope; what an earlier release changes loses it. */
    @Test
    void everyRead_ofARowWithoutAnEnvelope_isOfTheColumnInClear() {
        fixture.save(new Owner(400, "with an envelope"));
        fixture.database().execute("insert into owners (id, ssn, version) values (401, 'of before', 0)");
        fixture.database().execute("insert into owners (id, version) values (402, 0)");
        fixture.save(new Owner(403, "outdated"));
        fixture.database().execute("update owners set ssn = 'by an earlier release' where id = 403");
        assertThat(fixture.database().bytes("select ssn_enc from owners where id = 403"))
                .isNull();
        String[] expected = {"with an envelope", "of before", null, "by an earlier release"};

        for (int i = 0; i < 4; i++) {
            int id = 400 + i;
            assertThat(fixture.call(session -> session.find(Owner.class, (long) id)).ssn)
                    .isEqualTo(expected[i]);
            assertThat(fixture.sessions().fromStatelessTransaction(session -> session.get(Owner.class, (long) id)).ssn)
                    .isEqualTo(expected[i]);
            String refreshed = fixture.call(session -> {
                Owner reference = Hibernate.unproxy(session.getReference(Owner.class, (long) id), Owner.class);
                session.refresh(reference);
                return reference.ssn;
            });
            assertThat(refreshed).isEqualTo(expected[i]);
        }
        assertThat(query("select o.ssn from Owner o where o.id between 400 and 403 order by o.id", String.class))
                .containsExactly(expected);
        assertThat(query("from Owner o where o.id between 400 and 403 order by o.id", Owner.class))
                .extracting(found -> found.ssn)
                .containsExactly(expected);
        assertThat(query("select o.id from Owner o where o.ssn is null and o.id between 400 and 403", Long.class))
                .containsExactly(402L);
        assertThat(query(
                        "select o.id from Owner o where o.ssn is not null and o.id between 400 and 403 order by o.id",
                        Long.class))
                .containsExactly(400L, 401L, 403L);
        List<Owner> byCriteria = fixture.call(session -> {
            var criteria = session.getCriteriaBuilder().createQuery(Owner.class);
            criteria.where(criteria.from(Owner.class).get("id").in(400L, 401L, 402L, 403L));
            return session.createQuery(criteria).getResultList();
        });
        assertThat(byCriteria).extracting(found -> found.ssn).containsExactlyInAnyOrder(expected);
        assertThat(query(
                        "select o.ssn from Owner p left join Owner o on o.id = p.id + 1000 where p.id = 400",
                        String.class))
                .containsExactly((String) null);
    }

    private static <T> List<T> query(String hql, Class<T> type) {
        return fixture.call(session -> session.createQuery(hql, type).getResultList());
    }

    /** It would be a flood of updates while rows are filled, and each would raise a version. */
    @Test
    void flush_ofWhatWasReadFromEither_writesNothing() {
        fixture.save(new Owner(500, "one"));
        fixture.database().execute("insert into owners (id, ssn, version) values (501, 'of before', 0)");
        fixture.run(session -> {
            assertThat(session.find(Owner.class, 500L).ssn).isEqualTo("one");
            assertThat(session.find(Owner.class, 501L).ssn).isEqualTo("of before");
        });
        assertThat(fixture.database().value("select sum(version) from owners where id in (500, 501)"))
                .isEqualTo(0L);
        assertThat(fixture.database().bytes("select ssn_enc from owners where id = 501"))
                .isNull();
    }

    @Test
    void oneRow_ofTwoInstances_isWrittenByTheOneThatSawTheVersion() {
        fixture.save(new Owner(510, "one"));
        Owner stale = fixture.call(session -> session.find(Owner.class, 510L));
        fixture.run(session -> session.find(Owner.class, 510L).ssn = "two");
        stale.ssn = "three";
        assertThatThrownBy(() -> fixture.run(session -> session.merge(stale)))
                .isInstanceOf(jakarta.persistence.OptimisticLockException.class);
        assertBoth("owners", 510, "two");
    }

    /** What reads one of the two columns, or writes one. */
    @Test
    void statements_thatKnowOneColumn_areRefused() {
        fixture.save(new Owner(600, "value"));
        refused(session -> session.createNativeQuery("select * from owners where id = 600", Owner.class)
                .getResultList());
        refused(session -> session.createNativeQuery("select {o.*} from owners o where o.id = 600", Object.class)
                .addEntity("o", Owner.class)
                .getResultList());
        refused(session -> session.createMutationQuery("update Owner o set o.ssn = :v where o.id = 600")
                .setParameter("v", "bulk")
                .executeUpdate());
        refused(session -> session.createMutationQuery("update Owner o set o.ssn = null where o.id = 600")
                .executeUpdate());
        refused(session -> session.createMutationQuery("update Owner o set o.name = o.ssn where o.id = 600")
                .executeUpdate());
        refused(session -> session.createMutationQuery("insert into Owner (id, ssn, version) values (601, :v, 0)")
                .setParameter("v", "bulk")
                .executeUpdate());
        refused(session -> session.createMutationQuery(
                        "insert into Dynamic (id, ssn, version) select o.id, o.ssn, 0 from Owner o where o.id = 600")
                .executeUpdate());
        refused(session -> session.createQuery("from Owner o where o.ssn = :v", Owner.class)
                .setParameter("v", "value")
                .getResultList());
        assertThatThrownBy(() -> stateless(session -> session.upsert(new Owner(600, "upserted"))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("plaintextColumn");
        assertBoth("owners", 600, "value");
    }

    private static void refused(java.util.function.Consumer<Session> work) {
        assertThatThrownBy(() -> fixture.run(work))
                .satisfies(e -> assertThat(Causes.text(e)).contains(EncryptedQueryException.class.getName()));
    }

    @Test
    void values_ofEachType_areTheSameInBothColumns() {
        Numbered full = new Numbered();
        full.flag = true;
        full.small = Short.MIN_VALUE;
        full.middle = -7;
        full.large = Long.MAX_VALUE;
        full.token = UUID.fromString("6f1d5f8e-43a1-4a52-b2a5-0123456789ab");
        full.born = LocalDate.of(2024, 2, 29);
        fixture.save(full);
        Numbered empty = fixture.save(new Numbered());

        String columns = "select flag, small, middle, \"Large\", token, born from \"Numbered\" where id = ";
        assertThat(fixture.database().rows(columns + full.id).get(0))
                .containsExactly(true, -32768, -7, Long.MAX_VALUE, full.token, java.sql.Date.valueOf("2024-02-29"));
        assertThat(fixture.database().rows(columns + empty.id).get(0))
                .containsExactly(false, null, 0, null, null, null);
        String encrypted = "select count(flagenc), count(small_enc), count(middle_enc), count(large_enc),"
                + " count(token_enc), count(born_enc) from \"Numbered\" where id = ";
        assertThat(fixture.database().rows(encrypted + full.id).get(0)).containsOnly(1L);

        fixture.database()
                .execute("update \"Numbered\" set flagenc = null, small_enc = null, middle_enc = null,"
                        + " large_enc = null, token_enc = null, born_enc = null");
        Numbered read = fixture.call(session -> session.find(Numbered.class, full.id));
        assertThat(read).usingRecursiveComparison().isEqualTo(full);
    }

    @Test
    void value_inTheTableOfASubclass_isReadThroughTheSuperclass() {
        Dog dog = new Dog();
        dog.id = 1;
        dog.tag = "in both";
        fixture.save(dog);
        Animal cat = new Animal();
        cat.id = 2;
        fixture.save(cat);
        fixture.database().execute("insert into animal (id) values (3)");
        fixture.database().execute("insert into dog (id, tag) values (3, 'of before')");

        assertThat(fixture.database().value("select tag from dog where id = 1")).isEqualTo("in both");
        assertThat(query("from Animal a order by a.id", Animal.class))
                .extracting(animal -> animal instanceof Dog found ? found.tag : null)
                .containsExactly("in both", null, "of before");
        assertThat(query("select treat(a as Dog).tag from Animal a where a.id = 3", String.class))
                .containsExactly("of before");
    }

    /** The earlier release knows nothing of all this, and runs beside it. */
    @Test
    void earlierRelease_besideThis_readsWhatThisWritesAndTheOtherWayRound() {
        fixture.save(new Owner(700, "new"));
        try (var earlier =
                Fixture.sessions(fixture.database(), Map.of("hibernate.hbm2ddl.auto", "none"), Earlier.class)) {
            earlier.inTransaction(session -> {
                Earlier found = session.find(Earlier.class, 700L);
                assertThat(found.ssn).isEqualTo("new");
                found.ssn = "old";
            });
            assertThat(fixture.call(session -> session.find(Owner.class, 700L)).ssn)
                    .isEqualTo("old");
            fixture.run(session -> session.find(Owner.class, 700L).ssn = "new again");
            earlier.inTransaction(
                    session -> assertThat(session.find(Earlier.class, 700L).ssn).isEqualTo("new again"));
            earlier.inTransaction(session -> {
                Earlier inserted = new Earlier();
                inserted.id = 701;
                inserted.ssn = "inserted";
                session.persist(inserted);
                session.find(Earlier.class, 700L).ssn = null;
            });
        }
        assertThat(fixture.call(session -> session.find(Owner.class, 701L)).ssn).isEqualTo("inserted");
        assertThat(fixture.call(session -> session.find(Owner.class, 700L)).ssn).isNull();
    }
}
