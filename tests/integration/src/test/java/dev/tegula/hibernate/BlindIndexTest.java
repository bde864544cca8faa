package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.blindindex.BlindIndex;
import dev.tegula.hibernate.Register.Person;
import jakarta.persistence.criteria.CriteriaBuilder;
import jakarta.persistence.criteria.CriteriaQuery;
import jakarta.persistence.criteria.Predicate;
import jakarta.persistence.criteria.Root;
import java.time.LocalDate;
import java.util.List;
import java.util.function.BiFunction;
import org.hibernate.Session;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Values are found by their blind indexes, in every way that a query can ask. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BlindIndexTest {

    private Fixture fixture;

    @BeforeAll
    void open() {
        fixture = Fixture.of(Register.CLASSES);
        fixture.save(Register.ada());
        Person ben = new Person();
        ben.name = "Ben";
        ben.ssn = "999 99 6789";
        fixture.save(ben);
        Person nobody = new Person();
        nobody.name = "Nobody";
        fixture.save(nobody);
        Register.Nurse nurse = new Register.Nurse();
        nurse.name = "Nora";
        nurse.code = "n-1";
        nurse.badge = "b-1";
        fixture.save(nurse);
    }

    @AfterAll
    void close() {
        fixture.close();
    }

    private List<String> names(String where, Object value) {
        return fixture.call(session -> session.createQuery(
                        "select p.name from Person p where " + where + " order by p.name", String.class)
                .setParameter("v", value)
                .getResultList());
    }

    private List<String> names(String where) {
        return fixture.call(session -> session.createQuery(
                        "select p.name from Person p where " + where + " order by p.name", String.class)
                .getResultList());
    }

    @Test
    void column_ofAnIndex_holds32BytesAndIsNullWithoutAValue() {
        assertThat(fixture.database()
                        .rows(
                                "select name, length(ssnIndex), length(lastFour), length(emailIndex) from Person order by 1")
                        .toString())
                .isEqualTo("[[Ada, 32, 32, 32], [Ben, 32, 32, null], [Nobody, null, null, null]]");
    }

    @Test
    void equality_withAValue_findsItsRow() {
        assertThat(names("p.ssnIndex = :v", "123-45-6789")).containsExactly("Ada");
        assertThat(names("p.ssnIndex = :v", "123456789")).containsExactly("Ada");
        assertThat(names(":v = p.ssnIndex", "123456789")).containsExactly("Ada");
        assertThat(names("p.ssnIndex = :v", "123-45-6780")).isEmpty();
        assertThat(names("p.ssnIndex = :v", BlindIndex.of("123-45-6789"))).containsExactly("Ada");
        assertThat(names("p.emailIndex = :v", "ADA@example.ORG")).containsExactly("Ada");
        assertThat(names("p.lastFour = :v", "6789")).containsExactly("Ada", "Ben");
        assertThat(names("p.year = :v", LocalDate.of(1815, 1, 1))).containsExactly("Ada");
        assertThat(names("p.practice.licenceIndex = :v", 77L)).containsExactly("Ada");
        assertThat(names("p.nameAndBirth = :v", BlindIndex.of(List.of("FERREIRA", LocalDate.of(1815, 12, 10)))))
                .containsExactly("Ada");
    }

    @Test
    void equality_inAnEmbeddable_findsItsRow() {
        assertThat(names("p.passport.numberIndex = :v", "C01X00T47")).containsExactly("Ada");
        assertThat(names("p.card.cardIndex = :v", "4111-1111")).containsExactly("Ada");
    }

    @Test
    void equality_inASubclass_findsItsRow() {
        for (String where : List.of("n.codeIndex = :v", "n.badgeIndex = :v")) {
            List<String> found = fixture.call(
                    session -> session.createQuery("select n.name from Nurse n where " + where, String.class)
                            .setParameter("v", where.contains("code") ? "n-1" : "b-1")
                            .getResultList());
            assertThat(found).containsExactly("Nora");
        }
    }

    @Test
    void equality_withAStoredIndex_findsItsRow() {
        BlindIndex stored = fixture.call(
                session -> session.createQuery("select p.ssnIndex from Person p where p.name = 'Ada'", BlindIndex.class)
                        .getSingleResult());

        assertThat(names("p.ssnIndex = :v", stored)).containsExactly("Ada");
    }

    @Test
    void in_withValues_findsTheirRows() {
        assertThat(names("p.ssnIndex in :v", List.of("123-45-6789", "999-99-6789", "0")))
                .containsExactly("Ada", "Ben");
        assertThat(names("p.ssnIndex in (:v, :v)", "999-99-6789")).containsExactly("Ben");
        assertThat(names("p.ssnIndex not in :v", List.of("123-45-6789", "0"))).containsExactly("Ben");
    }

    @Test
    void inequality_withAValue_findsTheOthers() {
        assertThat(names("p.ssnIndex <> :v", "123-45-6789")).containsExactly("Ben");
        assertThat(names("not (p.ssnIndex = :v)", "123-45-6789")).containsExactly("Ben");
    }

    @Test
    void isNull_ofAnIndex_findsRowsWithoutAValue() {
        assertThat(names("p.ssnIndex is null")).containsExactly("Nobody");
        assertThat(names("p.ssnIndex is not null")).containsExactly("Ada", "Ben");
    }

    @Test
    void criteria_withAValue_findsItsRow() {
        assertThat(found((builder, root) -> builder.equal(root.get("ssnIndex"), "123-45-6789")))
                .isEqualTo(1);
        assertThat(found((builder, root) -> root.get("ssnIndex").in("123-45-6789", "999-99-6789")))
                .isEqualTo(2);
        assertThat(found((builder, root) -> builder.equal(root.get("ssnIndex"), BlindIndex.of("123-45-6789"))))
                .isEqualTo(1);
        assertThat(found((builder, root) -> builder.notEqual(root.get("ssnIndex"), "123-45-6789")))
                .isEqualTo(1);
    }

    private int found(BiFunction<CriteriaBuilder, Root<Person>, Predicate> where) {
        List<Person> people = fixture.call(session -> {
            CriteriaBuilder builder = session.getCriteriaBuilder();
            CriteriaQuery<Person> query = builder.createQuery(Person.class);
            Root<Person> root = query.from(Person.class);
            return session.createQuery(query.where(where.apply(builder, root))).getResultList();
        });
        return people.size();
    }

    @Test
    void count_existsAndBulkStatements_workByIndex() {
        assertThat(fixture.<Long>call(session -> session.createQuery(
                                "select count(p) from Person p where p.lastFour = :v", Long.class)
                        .setParameter("v", "6789")
                        .getSingleResult()))
                .isEqualTo(2);
        assertThat(names("exists (select 1 from Person q where q.id = p.id and q.ssnIndex = :v)", "123-45-6789"))
                .containsExactly("Ada");
        fixture.run(session -> {
            assertThat(update(session, "update Person p set p.name = 'Adah' where p.ssnIndex = :v"))
                    .isEqualTo(1);
            assertThat(update(session, "update Person p set p.name = 'Ada' where p.ssnIndex in (:v)"))
                    .isEqualTo(1);
            assertThat(update(session, "delete from Person p where p.ssnIndex = :v"))
                    .isEqualTo(1);
            session.getTransaction().setRollbackOnly();
        });
    }

    private static int update(Session session, String statement) {
        return session.createMutationQuery(statement)
                .setParameter("v", "123456789")
                .executeUpdate();
    }

    @Test
    void equality_withNull_findsNothing() {
        assertThat(names("p.ssnIndex = :v", null)).isEmpty();
    }
}
