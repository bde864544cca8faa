package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.blindindex.BlindTokens;
import dev.tegula.hibernate.Register.Person;
import dev.tegula.hibernate.RowMappings.Assigned;
import dev.tegula.hibernate.RowMappings.Sequenced;
import dev.tegula.test.servers.cockroach.CockroachRules;
import dev.tegula.test.servers.cockroach.SaidToBeCockroach;
import dev.tegula.testing.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.hibernate.StatelessSession;
import org.hibernate.dialect.CockroachDialect;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * What mappings send to a CockroachDB, on a PostgreSQL that says that it is one: Hibernate takes its dialect, and nothing is sent that its
 * documentation rules out. The tables are made beforehand, since PostgreSQL does not know all names of CockroachDB's types.
 */
final class CockroachMappingTest {

    private static final Path CAPTURE = Path.of(System.getProperty("tegula.test.sql", "../target/sql"));
    private static final Class<?>[] CLASSES = Stream.of(
                    Stream.of(Register.CLASSES),
                    Stream.of(BlindTokensTest.Guest.class),
                    Stream.of(RowMappings.CLASSES),
                    Stream.of(DocumentMappings.Patient.class))
            .flatMap(classes -> classes)
            .toArray(Class<?>[]::new);

    private SaidToBeCockroach way;
    private Fixture fixture;

    @BeforeEach
    void open() {
        TestDatabase database = TestDatabase.create();
        Postgres postgres = Postgres.at(database.dataSource());
        Fixture.on(postgres, Map.of(), CLASSES).close();
        way = new SaidToBeCockroach(TestDatabase.port());
        PGSimpleDataSource through = new PGSimpleDataSource();
        through.setUrl("jdbc:postgresql://localhost:" + way.port() + "/" + database.name());
        through.setUser("postgres");
        fixture = Fixture.on(
                postgres,
                Map.of(
                        "hibernate.connection.datasource",
                        through,
                        "hibernate.hbm2ddl.auto",
                        "none",
                        "hibernate.query.mutation_strategy.persistent.create_tables",
                        "false",
                        "hibernate.query.mutation_strategy.persistent.drop_tables",
                        "false"),
                CLASSES);
    }

    @AfterEach
    void look(TestInfo test) {
        if (fixture != null) {
            fixture.close();
        }
        way.close();
        List<List<String>> transactions = way.transactions();
        way.writeTo(CAPTURE.resolve(
                "cockroach-mapping-" + test.getTestMethod().orElseThrow().getName() + ".sql"));
        List<String> faults = CockroachRules.faults(transactions);
        assertThat(faults).as("%s", String.join("\n", faults)).isEmpty();
    }

    private <T> List<T> query(String jpql, Class<T> type, Object value) {
        return fixture.call(session ->
                session.createQuery(jpql, type).setParameter("v", value).getResultList());
    }

    @Test
    void dialect_isCockroachs() {
        assertThat(fixture.sessions()
                        .unwrap(SessionFactoryImplementor.class)
                        .getJdbcServices()
                        .getDialect())
                .isInstanceOf(CockroachDialect.class);
    }

    @Test
    void values_areFoundByTheirIndexes() {
        Person ada = fixture.save(Register.ada());

        assertThat(query("select p.name from Person p where p.ssnIndex = :v", String.class, "123-45-6789"))
                .containsExactly("Ada");
        assertThat(query("select p.name from Person p where p.ssnIndex in :v", String.class, List.of("123-45-6789")))
                .containsExactly("Ada");
        fixture.run(session -> session.find(Person.class, ada.id).ssn = "987-65-4321");
        assertThat(query("from Person p where p.ssnIndex = :v", Person.class, "987-65-4321"))
                .extracting(person -> person.ssn)
                .containsExactly("987-65-4321");
        fixture.run(session -> session.remove(session.find(Person.class, ada.id)));
    }

    @Test
    void texts_areFoundByTheirWords() {
        BlindTokensTest.Guest guest = new BlindTokensTest.Guest();
        guest.id = 1L;
        guest.name = "Anna Berg";
        fixture.save(guest);

        assertThat(query("select g.name from Guest g where g.words = :v", String.class, BlindTokens.all("berg anna")))
                .containsExactly("Anna Berg");
        assertThat(query("select g.name from Guest g where g.words = :v", String.class, BlindTokens.any("otto berg")))
                .containsExactly("Anna Berg");
        try (StatelessSession session = fixture.sessions().openStatelessSession()) {
            session.beginTransaction();
            guest.name = "Otto Berg";
            session.update(guest);
            session.getTransaction().commit();
        }
        assertThat(query("from Guest g where g.words = :v", BlindTokensTest.Guest.class, BlindTokens.all("otto")))
                .extracting(found -> found.name)
                .containsExactly("Otto Berg");
    }

    @Test
    void values_boundToTheirRows_areRead() {
        Sequenced one = fixture.save(new Sequenced("one", "canary"));
        Assigned other = new Assigned();
        other.code = "ä-1";
        other.secret = "canary";
        fixture.save(other);

        assertThat(query("select s.secret from Sequenced s where s.id = :v", String.class, one.id))
                .containsExactly("canary");
        fixture.run(session -> session.find(Sequenced.class, one.id).secret = "changed");
        assertThat(query("from Sequenced s where s.id = :v", Sequenced.class, one.id))
                .extracting(found -> found.secret)
                .containsExactly("changed");
        assertThat(query("select a.secret from Assigned a where a.code = :v", String.class, "ä-1"))
                .containsExactly("canary");
    }

    @Test
    void pathsOfADocument_areReadAndChanged() {
        fixture.save(new DocumentMappings.Patient(1, DocumentMappings.sheet("Bern", "H-1")));

        fixture.run(session ->
                session.find(DocumentMappings.Patient.class, 1L).sheet = DocumentMappings.sheet("Basel", "H-2"));
        assertThat(query("from Patient p where p.id = :v", DocumentMappings.Patient.class, 1L))
                .extracting(patient -> patient.sheet.insurance().number())
                .containsExactly("H-2");
    }
}
