package dev.tegula.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tegula.blindindex.BlindIndex;
import dev.tegula.blindindex.BlindTokens;
import dev.tegula.hibernate.EncryptedQueryException;
import dev.tegula.spring.words.Guest;
import dev.tegula.test.TestTegula;
import jakarta.transaction.Transactional;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.data.domain.Sort;
import org.springframework.data.jpa.domain.Specification;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.JpaSpecificationExecutor;
import org.springframework.data.jpa.repository.Query;

/** Queries of Spring Data by blind tokens and by an index with fewer bits, on PostgreSQL. */
@Tag("long")
class BlindTokensQueriesTest {

    private static final String NAME = "Ada Maria Ferreira";

    @TempDir
    Path folder;

    interface Guests extends JpaRepository<Guest, UUID>, JpaSpecificationExecutor<Guest> {
        List<Guest> findByNameWords(BlindTokens words);

        List<Guest> findByCityAndNameWords(String city, BlindTokens words);

        List<Guest> findByNameWordsOrNameWords(BlindTokens first, BlindTokens second);

        List<Guest> findByNameWordsIsNull();

        @Query("select g.name from Guest g where g.nameWords = :words")
        List<String> names(BlindTokens words);

        List<Guest> findByNameIndex(BlindIndex candidates);

        List<Guest> findByNameIndexIn(Collection<BlindIndex> candidates);

        @Query("select g from Guest g where g.nameIndex in :candidates")
        List<Guest> candidates(List<BlindIndex> candidates);
    }

    interface Not extends JpaRepository<Guest, UUID> {
        List<Guest> findByNameWordsNot(BlindTokens words);
    }

    interface In extends JpaRepository<Guest, UUID> {
        List<Guest> findByNameWordsIn(Collection<BlindTokens> words);
    }

    interface Like extends JpaRepository<Guest, UUID> {
        List<Guest> findByNameLike(String name);
    }

    interface Greater extends JpaRepository<Guest, UUID> {
        List<Guest> findByNameIndexGreaterThan(BlindIndex index);
    }

    interface Ordered extends JpaRepository<Guest, UUID> {
        List<Guest> findByCityOrderByNameWordsAsc(String city);
    }

    interface Removing extends JpaRepository<Guest, UUID> {
        @Transactional
        void deleteByNameWords(BlindTokens words);
    }

    interface RemovingByIndex extends JpaRepository<Guest, UUID> {
        @Transactional
        long removeByCityAndNameIndex(String city, BlindIndex candidates);
    }

    interface Bulk extends JpaRepository<Guest, UUID> {
        @Transactional
        @org.springframework.data.jpa.repository.Modifying
        @Query("delete from Guest g where g.nameWords = :words")
        void remove(BlindTokens words);
    }

    @EnableAutoConfiguration
    @EntityScan(basePackageClasses = Guest.class)
    static class Application {}

    private Lab lab(Class<?> repository) throws Exception {
        ChosenRepository.NAME.set(repository.getName());
        return Lab.withKeyset(folder)
                .with("spring.sql.init.schema-locations", Lab.TABLES + ",classpath:words.sql")
                .of(Application.class, ChosenRepository.class);
    }

    private static Guests filled(ConfigurableApplicationContext application) {
        Guests guests = application.getBean(Guests.class);
        guests.save(new Guest(NAME, "Lisboa"));
        guests.save(new Guest("Ben Ferreira", "Porto"));
        guests.save(new Guest(null, "Porto"));
        return guests;
    }

    private static List<String> names(Collection<Guest> guests) {
        return guests.stream().map(guest -> String.valueOf(guest.name)).sorted().toList();
    }

    /** Eight bytes of each MAC: no other row of these three is found by chance. */
    @Test
    void derivedQueries_byWords_findRows() throws Exception {
        Lab lab = lab(Guests.class);
        try (ConfigurableApplicationContext application = lab.run()) {
            Guests guests = filled(application);

            assertThat(names(guests.findByNameWords(BlindTokens.all("ferreira"))))
                    .containsExactly(NAME, "Ben Ferreira");
            assertThat(names(guests.findByNameWords(BlindTokens.all("Ferreira ada"))))
                    .containsExactly(NAME);
            assertThat(names(guests.findByNameWords(BlindTokens.any("ada ben"))))
                    .containsExactly(NAME, "Ben Ferreira");
            assertThat(guests.findByNameWords(BlindTokens.all("otto"))).isEmpty();
            assertThat(names(guests.findByCityAndNameWords("Porto", BlindTokens.all("ferreira"))))
                    .containsExactly("Ben Ferreira");
            assertThat(names(guests.findByNameWordsOrNameWords(BlindTokens.all("ada"), BlindTokens.all("ben"))))
                    .containsExactly(NAME, "Ben Ferreira");
            assertThat(names(guests.findByNameWordsIsNull())).containsExactly("null");
            assertThat(guests.names(BlindTokens.all("maria"))).containsExactly(NAME);
            Specification<Guest> ben =
                    (guest, query, builder) -> builder.equal(guest.get("nameWords"), BlindTokens.all("ben"));
            assertThat(names(guests.findAll(ben))).containsExactly("Ben Ferreira");
        }
        TestTegula.assertNotStored(lab.database(), "Ferreira");
    }

    @Test
    void queries_byAListOfIndexes_findTheRowsOfEach() throws Exception {
        try (ConfigurableApplicationContext application = lab(Guests.class).run()) {
            Guests guests = filled(application);
            List<BlindIndex> both = List.of(BlindIndex.candidates(NAME), BlindIndex.candidates("Ben Ferreira"));

            assertThat(names(guests.findByNameIndex(both.get(1)))).contains("Ben Ferreira");
            assertThat(names(guests.findByNameIndexIn(both))).containsExactly(NAME, "Ben Ferreira");
            assertThat(names(guests.candidates(both))).containsExactly(NAME, "Ben Ferreira");
            assertThat(guests.candidates(List.of())).isEmpty();
            assertThat(catchThrowable(() -> guests.candidates(List.of(BlindIndex.of(NAME)))))
                    .hasRootCauseInstanceOf(EncryptedQueryException.class)
                    .hasMessageNotContaining("Ferreira");
        }
    }

    @Test
    void sort_byTokens_isRefusedWhenItRuns() throws Exception {
        try (ConfigurableApplicationContext application = lab(Guests.class).run()) {
            Guests guests = application.getBean(Guests.class);

            assertThat(catchThrowable(() -> guests.findAll(Sort.by("nameWords"))))
                    .hasRootCauseInstanceOf(EncryptedQueryException.class);
        }
    }

    /** What would delete by tokens deletes rows of other texts too, whoever runs it. */
    @ParameterizedTest
    @CsvSource({
        "Not.findByNameWordsNot, `<>` and `not` would leave out rows of some other texts",
        "In.findByNameWordsIn, holds blind tokens; ",
        "Like.findByNameLike, is encrypted; ",
        "Greater.findByNameIndexGreaterThan, is a blind index; ",
        "Ordered.findByCityOrderByNameWordsAsc, holds blind tokens; ",
        "Removing.deleteByNameWords, removing all that is found would remove rows of some other texts",
        "RemovingByIndex.removeByCityAndNameIndex, removing all that is found would remove rows of some other values",
        "Bulk.remove, a bulk statement would change rows of some other texts"
    })
    void start_queryThatCannotWork_isRefusedWithRepositoryAndMethod(String method, String why) throws Exception {
        String name = BlindTokensQueriesTest.class.getName() + "$" + method;
        Class<?> repository = Class.forName(name.substring(0, name.lastIndexOf('.')));

        Throwable failure = catchThrowable(lab(repository)::run);

        assertThat(failure).isInstanceOf(EncryptedQueryException.class);
        assertThat(failure)
                .hasMessageStartingWith(name + ": ")
                .hasMessageContaining("Guest.")
                .hasMessageContaining(why);
    }
}
