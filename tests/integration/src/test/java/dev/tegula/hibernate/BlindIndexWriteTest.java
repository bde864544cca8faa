package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.blindindex.BlindIndex;
import dev.tegula.failure.IntegrityException;
import dev.tegula.hibernate.Register.Person;
import dev.tegula.hibernate.Register.Practice;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.hibernate.StatelessSession;
import org.hibernate.exception.ConstraintViolationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Indexes follow their values on every way into the database, and are compared with them on the way out. */
final class BlindIndexWriteTest {

    private final Fixture fixture = Fixture.of(Register.CLASSES);

    @AfterEach
    void close() {
        fixture.close();
    }

    private List<String> names(String path, Object value) {
        return fixture.call(
                session -> session.createQuery("select p.name from Person p where p." + path + " = :v", String.class)
                        .setParameter("v", value)
                        .getResultList());
    }

    private byte[] stored(String column) {
        return fixture.database().bytes("select " + column + " from Person");
    }

    @Test
    void update_ofTheValue_movesItsIndex() {
        UUID id = fixture.save(Register.ada()).id;

        fixture.run(session -> {
            Person ada = session.find(Person.class, id);
            ada.ssn = "000-00-0001";
            ada.practice.licence = 78L;
        });

        assertThat(names("ssnIndex", "123-45-6789")).isEmpty();
        assertThat(names("ssnIndex", "000000001")).containsExactly("Ada");
        assertThat(names("lastFour", "0001")).containsExactly("Ada");
        assertThat(names("practice.licenceIndex", 77L)).isEmpty();
        assertThat(names("practice.licenceIndex", 78L)).containsExactly("Ada");
    }

    @Test
    void update_toNull_removesItsIndex() {
        UUID id = fixture.save(Register.ada()).id;

        fixture.run(session -> session.find(Person.class, id).ssn = null);

        assertThat(stored("ssnIndex")).isNull();
        fixture.run(
                session -> assertThat(session.find(Person.class, id).ssnIndex).isNull());
    }

    @Test
    void update_inAnEmbeddable_movesItsIndexAndKeepsTheObject() {
        fixture.run(session -> {
            Person ada = Register.ada();
            Register.Passport passport = ada.passport;
            session.persist(ada);
            session.flush();
            assertThat(ada.passport).isSameAs(passport);
            passport.number = "SECOND";
            session.flush();
            passport.number = "THIRD";
            ada.card = new Register.Card("5500-0000", null);
        });

        assertThat(names("passport.numberIndex", "C01X00T47")).isEmpty();
        assertThat(names("passport.numberIndex", "SECOND")).isEmpty();
        assertThat(names("passport.numberIndex", "THIRD")).containsExactly("Ada");
        assertThat(names("card.cardIndex", "5500-0000")).containsExactly("Ada");
    }

    @Test
    void update_inAnEmbeddableOnly_afterTheInsertInOneSession_isSeen() {
        fixture.run(session -> {
            Person ada = Register.ada();
            session.persist(ada);
            session.flush();
            ada.passport.number = "SECOND";
        });

        assertThat(names("passport.numberIndex", "SECOND")).containsExactly("Ada");
    }

    @Test
    void persist_thenChangedBeforeTheFlush_indexesTheLastValue() {
        fixture.run(session -> {
            Person ada = Register.ada();
            session.persist(ada);
            ada.ssn = "5";
            ada.passport.number = "LAST";
        });

        assertThat(names("ssnIndex", "5")).containsExactly("Ada");
        assertThat(names("passport.numberIndex", "LAST")).containsExactly("Ada");
    }

    @Test
    void merge_ofADetachedEntity_movesItsIndex() {
        Person ada = fixture.save(Register.ada());
        ada.ssn = "42";
        ada.ssnIndex = null;
        ada.passport.number = "MERGED";

        fixture.run(session -> session.merge(ada));

        assertThat(names("ssnIndex", "42")).containsExactly("Ada");
        assertThat(names("passport.numberIndex", "MERGED")).containsExactly("Ada");
    }

    @Test
    void statelessSession_insertUpdateUpsert_keepTheIndex() {
        Practice practice = new Practice();
        practice.name = "North";
        practice.licence = 1L;
        stateless(session -> session.insert(practice));
        assertThat(practices(1L)).isEqualTo(1);

        practice.licence = 2L;
        stateless(session -> session.update(practice));
        assertThat(practices(1L)).isZero();
        assertThat(practices(2L)).isEqualTo(1);

        practice.licence = 3L;
        stateless(session -> session.upsert(practice));
        assertThat(practices(3L)).isEqualTo(1);
        Practice other = new Practice();
        other.id = UUID.randomUUID();
        other.licence = 4L;
        stateless(session -> session.upsert(other));
        assertThat(practices(4L)).isEqualTo(1);
        fixture.run(session ->
                assertThat(session.find(Practice.class, other.id).licence).isEqualTo(4L));
    }

    private void stateless(Consumer<StatelessSession> work) {
        fixture.sessions().inStatelessTransaction(work);
    }

    private long practices(long licence) {
        return fixture.<Long>call(
                session -> session.createQuery("select count(p) from Practice p where p.licenceIndex = :v", Long.class)
                        .setParameter("v", licence)
                        .getSingleResult());
    }

    @Test
    void index_setByTheApplication_isOverwritten() {
        Person ada = Register.ada();
        ada.ssnIndex = BlindIndex.of("somebody else");
        ada.emailIndex = BlindIndex.copyOf(new byte[32]);
        fixture.save(ada);

        assertThat(names("ssnIndex", "123-45-6789")).containsExactly("Ada");
        assertThat(names("emailIndex", "ada@example.org")).containsExactly("Ada");
    }

    @Test
    void flush_withoutAChange_computesNothing() {
        UUID id = fixture.save(Register.ada()).id;

        fixture.run(session -> {
            assertThat(session.find(Person.class, id).passport.number).isEqualTo("C01X00T47");
            fixture.tegula().close();
            session.flush();
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update Person set ssnIndex = (select b.ssnIndex from Person b where b.name = 'Ben') where name = 'Ada'",
                "update Person set lastFour = set_byte(lastFour, 31, 255 - get_byte(lastFour, 31)) where name = 'Ada'",
                "update Person set emailIndex = substring(emailIndex from 1 for 16) where name = 'Ada'",
                "update Person set year = null where name = 'Ada'",
                "update Person set ssn = null where name = 'Ada'",
                "update Person set nameAndBirth = ssnIndex where name = 'Ada'",
                "update Person set numberIndex = ssnIndex where name = 'Ada'",
                "update Person set cardIndex = ssnIndex where name = 'Ada'"
            })
    void load_ofAnIndexThatIsNotOfItsValue_isRefused(String attack) {
        UUID id = fixture.save(Register.ada()).id;
        Person ben = new Person();
        ben.name = "Ben";
        ben.ssn = "77";
        fixture.save(ben);
        uniqueConstraints()
                .forEach(name -> fixture.database().execute("alter table Person drop constraint \"" + name + "\""));
        fixture.database().execute(attack);

        assertThatThrownBy(() -> fixture.run(session -> session.find(Person.class, id)))
                .isInstanceOf(IntegrityException.class);
        assertThatThrownBy(() ->
                        fixture.run(session -> session.createQuery("from Person p where p.name = 'Ada'", Person.class)
                                .getResultList()))
                .isInstanceOf(IntegrityException.class);
        fixture.run(session -> {
            assertThatThrownBy(() -> session.find(Person.class, id)).isInstanceOf(IntegrityException.class);
            assertThatThrownBy(
                            () -> assertThat(session.find(Person.class, id).ssn).isNull())
                    .as("a second look in the same session shows no value either")
                    .isInstanceOf(Throwable.class);
        });
    }

    private List<String> uniqueConstraints() {
        return fixture
                .database()
                .rows("select conname::text from pg_constraint where contype = 'u' and conrelid = 'person'::regclass")
                .stream()
                .map(row -> row.get(0).toString())
                .toList();
    }

    @Test
    void unique_with32InsertsOfOneValueAtOnce_letsOneWin() throws Exception {
        int clients = 32;
        CountDownLatch go = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            List<Future<Boolean>> inserts = IntStream.range(0, clients)
                    .mapToObj(i -> threads.submit(() -> {
                        Person person = new Person();
                        person.name = "p" + i;
                        person.ssn = i % 2 == 0 ? "123-45-6789" : "123456789";
                        go.await();
                        return inserted(person);
                    }))
                    .toList();
            go.countDown();
            int won = 0;
            for (Future<Boolean> insert : inserts) {
                won += insert.get() ? 1 : 0;
            }
            assertThat(won).isEqualTo(1);
        } finally {
            threads.shutdownNow();
        }
        assertThat(fixture.database().value("select count(*) from Person")).isEqualTo(1L);
    }

    private boolean inserted(Person person) throws ExecutionException {
        try {
            fixture.save(person);
            return true;
        } catch (ConstraintViolationException e) {
            assertThat(e.getSQLException().getSQLState()).isEqualTo("23505");
            return false;
        }
    }

    @Test
    void secondLevelCache_ofAnEntityWithAnIndex_holdsIt() {
        Map<String, Object> cached = Map.of(
                "hibernate.cache.use_second_level_cache",
                "true",
                "hibernate.cache.region.factory_class",
                MemoryRegions.class.getName(),
                "jakarta.persistence.sharedCache.mode",
                "ALL");
        try (Fixture other = Fixture.with(cached, Register.CLASSES)) {
            UUID id = other.save(Register.ada()).id;
            BlindIndex first = other.call(session -> session.find(Person.class, id).ssnIndex);
            BlindIndex second = other.call(session -> session.find(Person.class, id).ssnIndex);

            assertThat(first).isNotNull().isEqualTo(second);
        }
    }
}
