package dev.tegula.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tegula.Context;
import dev.tegula.FieldIndex;
import dev.tegula.FieldTokens;
import dev.tegula.Tegula;
import dev.tegula.blindindex.BlindIndex;
import dev.tegula.blindindex.BlindTokens;
import dev.tegula.blindindex.DigitsOnly;
import dev.tegula.blindindex.IndexSpec;
import dev.tegula.blindindex.Normalizer;
import dev.tegula.blindindex.TokenSpec;
import dev.tegula.blindindex.Words;
import dev.tegula.registry.InMemoryKeyRegistry;
import dev.tegula.test.MemoryKms;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Random;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The examples and the figures of docs/search.md. */
class SearchExamplesTest {

    private static EmbeddedPostgres server;
    private static Tegula tegula;
    private static SessionFactory factory;

    // docs:begin search-normalizer
    /** The last four characters: 123-45-6789 is found by 6789. */
    public static class LastFour implements Normalizer<String> {
        @Override
        public String id() {
            return "clinic.last_four"; // permanent
        }

        @Override
        public int version() {
            return 1; // another result for any input: another version, and a new index
        }

        @Override
        public Object normalize(String value) {
            return value.substring(Math.max(0, value.length() - 4));
        }
    }
    // docs:end search-normalizer

    @BeforeAll
    static void start() throws Exception {
        server = EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofMinutes(2))
                .setServerConfig("fsync", "off")
                .start();
        tegula = Tegula.builder("tests")
                .kek("main", MemoryKms.create(), "primary")
                .registry(new InMemoryKeyRegistry())
                .development()
                .build();
        Configuration configuration =
                new Configuration().addAnnotatedClass(Subscriber.class).addAnnotatedClass(Attendee.class);
        configuration.getProperties().put("hibernate.connection.datasource", server.getPostgresDatabase());
        configuration.getProperties().put("hibernate.hbm2ddl.auto", "create");
        configuration.getProperties().put("tegula.engine", tegula);
        factory = configuration.buildSessionFactory();
        factory.inTransaction(session -> {
            Subscriber ada = new Subscriber();
            ada.ssn = "123-45-6789";
            ada.lastName = "Ferreira";
            ada.born = LocalDate.of(1815, 12, 10);
            session.persist(ada);
            Attendee berg = new Attendee();
            berg.name = "Anna Maria Berg";
            session.persist(berg);
        });
    }

    @AfterAll
    static void stop() throws Exception {
        factory.close();
        tegula.close();
        server.close();
    }

    @Test
    void queries_byValue_findTheRow() {
        factory.inTransaction(session -> {
            assertThat(bySsn(session, "123456789")).hasSize(1);
            assertThat(byNameAndBirth(session)).hasSize(1);
        });
    }

    private static List<Subscriber> bySsn(Session session, String ssn) {
        // docs:begin search-query
        return session.createQuery("from Subscriber s where s.ssnIndex = :ssn", Subscriber.class)
                .setParameter("ssn", ssn) // as people write it: 123-45-6789, 123456789
                .getResultList();
        // docs:end search-query
    }

    private static List<Subscriber> byNameAndBirth(Session session) {
        return session.createQuery("from Subscriber s where s.nameAndBirth = :both", Subscriber.class)
                .setParameter("both", BlindIndex.of(List.of("FERREIRA", LocalDate.of(1815, 12, 10))))
                .getResultList();
    }

    @Test
    void queries_byWords_findTheRow() {
        factory.inTransaction(session -> {
            assertThat(byWords(session, "berg ANNA")).hasSize(1);
            assertThat(byWords(session, "berg otto")).isEmpty();
        });
    }

    private static List<Attendee> byWords(Session session, String typed) {
        // docs:begin search-words-query
        BlindTokens query = BlindTokens.all(typed); // or any(…): each row with one of the words
        return session.createQuery("from Attendee a where a.nameWords = :words", Attendee.class)
                .setParameter("words", query)
                .getResultStream()
                .filter(attendee -> query.matches(new Words(), attendee.name)) // what was found by chance goes
                .toList();
        // docs:end search-words-query
    }

    @Test
    void fieldTokens_withoutJpa_findTheRow() throws Exception {
        try (Connection connection = server.getPostgresDatabase().getConnection()) {
            // docs:begin search-words-jdbc
            FieldTokens words = tegula.blindTokens(TokenSpec.of("attendee.name", new Words()));
            BlindTokens stored =
                    words.compute("Anna Maria Berg", Context.noTenant()); // into the column, as stored.bytes()
            PreparedStatement query = connection.prepareStatement(
                    "select nameWords from Attendee where " + FieldTokens.condition("nameWords"));
            words.bind(query, 1, BlindTokens.any("berg otto"), Context.noTenant());
            // docs:end search-words-jdbc
            var rows = query.executeQuery();
            assertThat(rows.next()).isTrue();
            assertThat((Object[]) rows.getArray(1).getArray()).isEqualTo(stored.bytes());
            assertThat(rows.next()).isFalse();
        }
    }

    @Test
    void fieldIndex_withoutJpa_findsTheRow() throws Exception {
        try (Connection connection = server.getPostgresDatabase().getConnection()) {
            // docs:begin search-jdbc
            FieldIndex<String> index =
                    tegula.blindIndex(IndexSpec.of("subscriber.ssn", String.class, new DigitsOnly()));
            BlindIndex stored =
                    index.compute("123-45-6789", Context.noTenant()); // goes into the column, as stored.bytes()
            PreparedStatement query =
                    connection.prepareStatement("select ssnIndex from Subscriber where ssnIndex = any (?)");
            query.setArray(1, connection.createArrayOf("bytea", index.lookUp("123456789", Context.noTenant())));
            // docs:end search-jdbc
            var rows = query.executeQuery();
            assertThat(rows.next()).isTrue();
            assertThat(rows.getBytes(1)).hasSize(32);
            index.verify(stored.bytes(), "123 45 6789", Context.noTenant());
        }
    }

    @Test
    void normalizer_ofOnesOwn_isAnIndexOfItsOwn() {
        FieldIndex<String> four = tegula.blindIndex(IndexSpec.of("subscriber.ssn", String.class, new LastFour()));

        assertThat(four.compute("123-45-6789", Context.noTenant())).isEqualTo(four.compute("6789", Context.noTenant()));
    }

    /** What two indexes leak together: a million people, last four digits and year of birth, both even. */
    @Test
    void figures_ofTwoIndexesTogether_areThoseOfThePage() {
        Random random = new Random(1);
        int people = 1_000_000;
        int[] both = new int[10_000 * 100];
        int[] four = new int[10_000];
        for (int i = 0; i < people; i++) {
            int digits = random.nextInt(10_000);
            four[digits]++;
            both[digits * 100 + random.nextInt(100)]++;
        }
        int alone = 0;
        int smallest = Integer.MAX_VALUE;
        for (int count : both) {
            alone += count == 1 ? 1 : 0;
        }
        for (int count : four) {
            smallest = Math.min(smallest, count);
        }
        assertThat(smallest).isGreaterThan(50);
        assertThat(100.0 * alone / people).isCloseTo(37, within(0.5));
    }
}
