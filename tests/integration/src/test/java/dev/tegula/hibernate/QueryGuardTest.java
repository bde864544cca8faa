package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import jakarta.persistence.Tuple;
import java.util.List;
import java.util.Map;
import org.hibernate.Session;
import org.hibernate.Version;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a query may and may not do with an encrypted attribute, on empty tables too. */
final class QueryGuardTest {

    private static Fixture empty;
    private static Fixture full;

    @BeforeAll
    static void open() {
        empty = Fixture.of(Clinic.CLASSES);
        full = Fixture.of(Clinic.CLASSES);
        Clinic.tegula = full.tegula();
        full.save(Clinic.ada());
    }

    @AfterAll
    static void close() {
        empty.close();
        full.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Patient.ssn        | =         | select p.name from Patient p where p.ssn = '1'
            Patient.ssn        | =         | select p.name from Patient p where p.ssn = :v
            Patient.ssn        | =         | select p.name from Patient p where '1' = p.ssn
            Patient.ssn        | <>        | select p.name from Patient p where p.ssn <> '1'
            Patient.ssn        | =         | select p.name from Patient p, Patient q where p.ssn = q.ssn
            Patient.ssn        | =         | select p.name from Patient p join Patient q on p.ssn = q.ssn
            Patient.ssn        | like      | select p.name from Patient p where p.ssn like '1%'
            Patient.ssn        | between   | select p.name from Patient p where p.ssn between '1' and '2'
            Patient.ssn        | in        | select p.name from Patient p where p.ssn in ('1', '2')
            Patient.ssn        | in        | select p.name from Patient p where p.ssn in (:v)
            Patient.ssn        | subquery  | select p.name from Patient p where p.name in (select q.ssn from Patient q)
            Patient.ssn        | order by  | select p.ssn from Patient p order by p.ssn
            Patient.ssn        | order by  | select p.name, p.ssn as s from Patient p order by s
            Patient.ssn        | order by  | select p.name, p.ssn from Patient p order by 2
            Patient.ssn        | group by  | select p.ssn, count(*) from Patient p group by p.ssn
            Patient.ssn        | group by  | select p.ssn as s, count(*) from Patient p group by s
            Patient.ssn        | max()     | select p.name from Patient p group by p.name having max(p.ssn) is not null
            Patient.ssn        | distinct  | select distinct p.ssn from Patient p
            Patient.ssn        | distinct  | select distinct p.name, p.ssn from Patient p
            Patient.ssn        | distinct  | select count(distinct p.ssn) from Patient p
            Patient.ssn        | max()     | select max(p.ssn) from Patient p
            Patient.ssn        | character_length() | select length(p.ssn) from Patient p
            Patient.ssn        | upper()   | select p.name from Patient p where upper(p.ssn) = 'X'
            Patient.ssn        | concat()  | select concat(p.ssn, 'x') from Patient p
            Patient.ssn        | cast()    | select cast(p.ssn as String) as x from Patient p
            Patient.ssn        | coalesce  | select coalesce(p.ssn, 'none') from Patient p
            Patient.ssn        | cast()    | select cast(p.ssn as String) from Patient p
            Patient.ssn        | select    | select case when p.name is null then 'n' else p.ssn end from Patient p
            Patient.ssn        | union     | select p.ssn from Patient p union select q.ssn from Patient q
            Patient.ssn        | union     | select p.ssn from Patient p union all select q.ssn from Patient q
            Patient.ssn        | subquery  | select x.s from (select p.ssn as s from Patient p) x
            Patient.ssn        | with      | with c as (select p.ssn as s from Patient p) select d.s from c d
            Patient.ssn        | =         | select (select max(q.name) from Patient q where q.ssn = p.name) from Patient p
            Patient.ssn        | subquery  | select (select q.ssn from Patient q) from Patient p
            Patient.ssn        | over      | select p.name, row_number() over (order by p.ssn) from Patient p
            Patient.ssn        | over      | select p.name, count(*) over (partition by p.ssn) from Patient p
            Patient.ssn        | subquery  | select p.name from Patient p where p.name = any (select q.ssn from Patient q)
            Patient.ssn        | subquery  | select p.name from Patient p where p.name = every (select q.ssn from Patient q)
            Patient.ssn        | =         | select count(*) filter (where p.ssn = '1') from Patient p
            Patient.age        | order by  | select p.name, p.age as a from Patient p order by a
            Patient.age        | sum()     | select sum(p.age) from Patient p
            Patient.age        | select    | select p.age + 1 from Patient p
            Patient.age        | >         | select p.name from Patient p where p.age > 3
            Patient.note       | is null   | select p.name from Patient p where p.note is null
            Patient.note       | is null   | select p.name from Patient p where p.note is not null
            Patient.phone      | =         | select p.name from Patient p where p.phone = '1'
            Patient.phone      | order by  | select p.name from Patient p order by p.phone
            Patient.phone      | distinct  | select distinct p.phone from Patient p
            Address.street     | =         | select p.name from Patient p where p.address.street = '1'
            Address.street     | order by  | select p.name from Patient p order by p.address
            Address.street     | distinct  | select distinct p.address from Patient p
            Address.street     | =         | select p.name from Patient p, Patient q where p.address = q.address
            Patient.allergies  | member of | select p.name from Patient p where 'x' member of p.allergies
            Patient.allergies  | =         | select p.name from Patient p join p.allergies a where a = 'x'
            Patient.allergies  | =         | select p.name from Patient p left join p.allergies a on a = 'x'
            Patient.allergies  | order by  | select a from Patient p join p.allergies a order by a
            Patient.allergies  | =         | select p.name from Patient p join p.allergies a where element(a) = 'x'
            Patient.allergies  | =         | select p.name from Patient p where p.allergies[0] = 'x'
            Patient.allergies  | =         | select p.name from Patient p where maxelement(p.allergies) = 'x'
            Patient.allergies  | subquery  | select p.name from Patient p where 'x' in elements(p.allergies)
            Patient.allergies  | select    | select maxelement(p.allergies) from Patient p
            Patient.allergies  | select    | select minelement(p.allergies) from Patient p
            Patient.answers    | max()     | select max(value(a)) from Patient p join p.answers a
            Patient.allergies  | is null   | select p.name from Patient p where maxelement(p.allergies) is null
            Patient.allergies  | subquery  | select p.name from Patient p where 'x' = any (select a from p.allergies a)
            Patient.ssn        | cast()    | select cast(p.ssn as binary) from Patient p
            Patient.ssn        | encode()  | select function('encode', p.ssn, 'hex') from Patient p
            Patient.ssn        | encode()  | select encode(p.ssn, 'hex') from Patient p
            Patient.ssn        | encode()  | select p.name from Patient p where function('encode', p.ssn, 'hex') = :v
            Patient.ssn        | sql()     | select sql('?::text', p.ssn) from Patient p
            Patient.ssn        | sql()     | select p.name from Patient p where sql('?::text', p.ssn) = :v
            Address.street     | column()  | select column(p.address.street as String) from Patient p
            Ward.code          | column()  | select column(w.code as String) from Ward w
            Ward.code          | column()  | select column(w.code) from Ward w
            Ward.code          | column()  | select w.name from Ward w where column(w.code as String) = :v
            Ward.code          | column()  | select column(p.ward.code as String) from Patient p
            Staff.salary       | column()  | select column(s.license as String) from Staff s
            Patient.allergies  | =         | select p.name from Patient p where exists (select 1 from p.allergies a where a = 'x')
            Patient.answers    | =         | select p.name from Patient p join p.answers a where value(a) = 'x'
            Patient.answers    | =         | select p.name from Patient p where p.answers['smoker'] = 'x'
            Contact.person     | =         | select p.name from Patient p join p.contacts c where c.person = 'x'
            Ward.code          | =         | select p.name from Patient p where p.ward.code = 'x'
            Staff.salary       | =         | select d.name from Doctor d where d.salary = 3
            Doctor.license     | =         | select s.name from Staff s where treat(s as Doctor).license = 'x'
            """)
    void query_thatCannotWork_isRefusedByName(String attribute, String clause, String query) {
        for (Fixture fixture : List.of(empty, full)) {
            fixture.run(session -> assertThatThrownBy(() -> run(session, query))
                    .isInstanceOf(EncryptedQueryException.class)
                    .hasMessageStartingWith(attribute + " is encrypted; `" + clause)
                    .hasMessageContaining("Allowed: select it"));
        }
    }

    private static Object run(Session session, String query) {
        var created = session.createQuery(query, Object.class);
        if (query.contains(":v")) {
            created.setParameter("v", "123-45-6789");
        }
        return created.getResultList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Patient.ssn    | set    | update Patient p set p.ssn = '9'
            Patient.ssn    | set    | update Patient p set p.ssn = :v
            Patient.ssn    | set    | update Patient p set p.ssn = null
            Patient.ssn    | set    | update Patient p set p.ssn = p.name
            Patient.ssn    | set    | update Patient p set p.name = p.ssn
            Patient.ssn    | =      | update Patient p set p.name = 'x' where p.ssn = '1'
            Patient.phone  | set    | update Patient p set p.phone = '9'
            Patient.ssn    | =      | delete from Patient p where p.ssn = '1'
            Patient.ssn    | insert | insert into Ward(id, name) select p.id, p.ssn from Patient p
            Ward.code      | insert | insert into Ward(id, code) select p.id, p.name from Patient p
            Ward.code      | insert | insert into Ward(id, code) values (:id, 'x')
            Staff.salary   | set    | update Doctor d set d.salary = 3
            Doctor.license | set    | update Doctor d set d.license = 'x', d.name = 'y'
            Doctor.license | set    | update Doctor d set d.license = :v, d.name = 'y'
            Doctor.license | =      | delete from Doctor d where d.license = 'x'
            Staff.salary   | =      | delete from Staff d where d.salary = 3
            Ward.code      | column() | update Ward w set w.name = column(w.code as String)
            Ward.code      | column() | delete from Ward w where column(w.code as String) = 'x'
            Staff.salary   | insert | insert into Doctor(id, name, salary, title) select d.id, 'n', 3L, 't' from Doctor d
            """)
    void bulkStatement_withAnEncryptedAttribute_isRefusedByName(String attribute, String clause, String query) {
        for (Fixture fixture : List.of(empty, full)) {
            fixture.run(session -> assertThatThrownBy(() -> {
                        var created = session.createMutationQuery(query);
                        if (query.contains(":v")) {
                            created.setParameter("v", "9");
                        }
                        if (query.contains(":id")) {
                            created.setParameter("id", java.util.UUID.randomUUID());
                        }
                        created.executeUpdate();
                    })
                    .isInstanceOf(EncryptedQueryException.class)
                    .hasMessageStartingWith(attribute + " is encrypted; `" + clause));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select p from Patient p",
                "from Patient p where p.ssn is null",
                "select p from Patient p where p.ssn is not null",
                "select distinct p from Patient p",
                "select p.ssn from Patient p",
                "select p.name, p.ssn, p.age, p.note, p.phone from Patient p order by p.name",
                "select p.ssn as s, p.name as n from Patient p order by n",
                "select p, p.ssn from Patient p where p.phone is not null",
                "select new map(p.name as name, p.ssn as ssn) from Patient p",
                "select p.address from Patient p where p.address is not null",
                "select a from Patient p join p.allergies a",
                "select p from Patient p left join fetch p.allergies",
                "select value(a) from Patient p join p.answers a where key(a) = 'smoker'",
                "select p.name from Patient p where p.allergies is not empty and size(p.answers) < 2",
                "select c from Patient p join p.contacts c where c.relation = 'friend'",
                "select p.name, count(*) from Patient p group by p.name having count(*) > 0",
                "select p.ward.code from Patient p",
                "select s from Staff s where treat(s as Doctor).license is null",
                "select p from Patient p where exists (select 1 from Ward w where w.code is null)",
                "select p.id from Patient p where p in (select q from Patient q)",
            })
    void query_thatSelectsOrTestsForNull_works(String query) {
        empty.run(session -> assertThat(session.createQuery(query, Object.class).getResultList())
                .isEmpty());
        full.run(session -> assertThat(session.createQuery(query, Object.class).getResultList())
                .isNotNull());
    }

    @Test
    void projection_ofEncryptedAttributes_returnsTheValues() {
        Object[] row = full.call(session -> session.createQuery(
                        "select p.ssn, p.age, p.note, p.phone, p.address.street from Patient p", Object[].class)
                .getSingleResult());

        assertThat(row).containsExactly("123-45-6789", 36, null, "555-0100", "12 St James's Square");
    }

    @Test
    void dto_ofEncryptedAttributes_returnsTheValues() {
        Clinic.Named named = full.call(session -> session.createQuery(
                        "select new dev.tegula.hibernate.Clinic$Named(p.name, p.ssn) from Patient p",
                        Clinic.Named.class)
                .getSingleResult());

        assertThat(named).isEqualTo(new Clinic.Named("Ada", "123-45-6789"));
    }

    @Test
    void bulkStatement_onPlainAttributes_works() {
        full.run(session -> {
            assertThat(session.createMutationQuery("update Patient p set p.name = 'Ada' where p.ssn is not null")
                            .executeUpdate())
                    .isEqualTo(1);
            assertThat(session.createMutationQuery("update Doctor d set d.title = 'Dr', d.name = 'X'")
                            .executeUpdate())
                    .isZero();
            assertThat(session.createMutationQuery("delete from Doctor d where d.license is null")
                            .executeUpdate())
                    .isZero();
        });
    }

    @Test
    void resultCount_ofAProjection_works() {
        long count = full.call(session -> session.createSelectionQuery("select p from Patient p", Clinic.Patient.class)
                .getResultCount());

        assertThat(count).isEqualTo(1);
    }

    @Test
    void criteria_thatCompares_isRefused() {
        empty.run(session -> {
            var builder = session.getCriteriaBuilder();
            var query = builder.createQuery(Clinic.Patient.class);
            var patient = query.from(Clinic.Patient.class);
            query.where(builder.equal(patient.get("ssn"), "1"));
            assertThatThrownBy(() -> session.createQuery(query).getResultList())
                    .isInstanceOf(EncryptedQueryException.class);
        });
    }

    @Test
    void criteria_thatOrders_isRefused() {
        empty.run(session -> {
            var builder = session.getCriteriaBuilder();
            var query = builder.createQuery(String.class);
            var patient = query.from(Clinic.Patient.class);
            query.select(patient.get("ssn")).orderBy(builder.asc(patient.get("ssn")));
            assertThatThrownBy(() -> session.createQuery(query).getResultList())
                    .isInstanceOf(EncryptedQueryException.class);
        });
    }

    /** Hibernate's walker does not look into what is passed to a JSON path; its translator must. */
    @Test
    void attribute_thatTheWalkerDoesNotReach_isRefusedInTheSecondLine() {
        assumeThat(Version.getVersionString()).as("6.6 has no PASSING").doesNotStartWith("6.");
        try (Fixture fixture =
                Fixture.with(Map.of("hibernate.query.hql.json_functions_enabled", "true"), Clinic.Ward.class)) {
            fixture.run(session -> assertThatThrownBy(() -> session.createQuery(
                                    "select json_value(w.name, '$.a' passing w.code as c) from Ward w", String.class)
                            .getResultList())
                    .isInstanceOf(EncryptedQueryException.class)
                    .hasMessageStartingWith("Ward.code is encrypted; `expression`"));
        }
    }

    @Test
    void criteriaUpdate_overSeveralTables_isRefused() {
        empty.run(session -> {
            var builder = session.getCriteriaBuilder();
            var update = builder.createCriteriaUpdate(Clinic.Doctor.class);
            update.from(Clinic.Doctor.class);
            update.set("license", "x");
            assertThatThrownBy(() -> session.createMutationQuery(update).executeUpdate())
                    .isInstanceOf(EncryptedQueryException.class);
        });
    }

    @Test
    @SuppressWarnings("deprecation") // Hibernate 6.6 has no other
    void criteria_thatSelectsSeveral_returnsTheValues() {
        full.run(session -> {
            var builder = session.getCriteriaBuilder();
            var query = builder.createTupleQuery();
            var patient = query.from(Clinic.Patient.class);
            query.multiselect(patient.get("ssn").alias("ssn"), patient.get("name"));
            Tuple row = session.createQuery(query).getSingleResult();
            assertThat(row.get("ssn")).isEqualTo("123-45-6789");
        });
    }

    @Test
    void namedQuery_thatCompares_isRefusedWhenItRuns() {
        empty.run(session -> assertThatThrownBy(() -> session.createNamedQuery("Patient.bySsn", Clinic.Patient.class)
                        .setParameter("ssn", "1")
                        .getResultList())
                .isInstanceOf(EncryptedQueryException.class)
                .hasMessageStartingWith("Patient.ssn is encrypted; `=`"));
    }

    @Test
    void translator_thatIsConfiguredAlready_stopsTheStart() {
        assertThatThrownBy(() -> Fixture.with(
                                Map.of(
                                        "hibernate.query.sqm.translator",
                                        "org.hibernate.query.sqm.sql.StandardSqmTranslatorFactory"),
                                Clinic.CLASSES)
                        .close())
                .hasStackTraceContaining("hibernate.query.sqm.translator");
    }
}
