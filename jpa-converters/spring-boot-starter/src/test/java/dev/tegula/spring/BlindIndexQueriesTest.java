package dev.tegula.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tegula.blindindex.BlindIndex;
import dev.tegula.hibernate.EncryptedQueryException;
import dev.tegula.spring.search.Client;
import dev.tegula.test.TestTegula;
import jakarta.transaction.Transactional;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.Pageable;
import org.springframework.data.domain.Sort;
import org.springframework.data.jpa.domain.Specification;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.JpaSpecificationExecutor;
import org.springframework.data.jpa.repository.Query;

/** Queries of Spring Data by blind index, on PostgreSQL: those derived from names, and what of them cannot work. */
@Tag("long")
class BlindIndexQueriesTest {

    @TempDir
    Path folder;

    interface Clients extends JpaRepository<Client, UUID>, JpaSpecificationExecutor<Client> {
        // docs:begin search-repository
        Optional<Client> findBySsnIndex(String ssn);

        List<Client> findBySsnIndexIn(Collection<String> ssns);

        List<Client> findByNameAndCityIndex(String name, String city);
        // docs:end search-repository

        boolean existsBySsnIndex(String ssn);

        long countByCityIndex(String city);

        @Transactional
        long deleteBySsnIndex(String ssn);
    }

    interface More extends Clients {
        Optional<Client> findBySsnIndex(BlindIndex ssn);

        List<Client> findByCityIndexNot(String city);

        List<Client> findBySsnIndexNotIn(Collection<String> ssns);

        List<Client> findByCityIndexIsNull();

        List<Client> findByCityIndexOrSsnIndex(String city, String ssn);

        Page<Client> findByCityIndex(String city, Pageable page);

        Optional<Client> findFirstByCityIndexOrderByNameDesc(String city);

        @Query("select c.name from Client c where c.ssnIndex = :ssn")
        List<String> names(String ssn);
    }

    interface Like extends JpaRepository<Client, UUID> {
        List<Client> findBySsnIndexLike(String ssn);
    }

    interface StartingWith extends JpaRepository<Client, UUID> {
        List<Client> findBySsnIndexStartingWith(String ssn);
    }

    interface Between extends JpaRepository<Client, UUID> {
        List<Client> findBySsnIndexBetween(String first, String last);
    }

    interface GreaterThan extends JpaRepository<Client, UUID> {
        List<Client> findBySsnIndexGreaterThan(String ssn);
    }

    interface IgnoringCase extends JpaRepository<Client, UUID> {
        List<Client> findByCityIndexIgnoreCase(String city);
    }

    interface Ordered extends JpaRepository<Client, UUID> {
        List<Client> findByCityIndexOrderBySsnIndexAsc(String city);
    }

    interface Distinct extends JpaRepository<Client, UUID> {
        @Query("select count(distinct c.cityIndex) from Client c")
        long cities();
    }

    interface Deleting extends JpaRepository<Client, UUID> {
        void deleteBySsnIndexLessThan(String ssn);
    }

    @EnableAutoConfiguration
    @EntityScan(basePackageClasses = Client.class)
    static class Application {}

    private Lab lab(Class<?> repository) throws Exception {
        ChosenRepository.NAME.set(repository.getName());
        return Lab.withKeyset(folder)
                .with("spring.sql.init.schema-locations", Lab.TABLES + ",classpath:search.sql")
                .of(Application.class, ChosenRepository.class);
    }

    private static More filled(ConfigurableApplicationContext application) {
        More clients = application.getBean(More.class);
        clients.save(new Client("Ada", "123-45-6789", "Lisboa"));
        clients.save(new Client("Ben", "999-99-0001", "LISBOA"));
        clients.save(new Client("Cleo", "555-55-5555", null));
        return clients;
    }

    private static List<String> names(Collection<Client> clients) {
        return clients.stream().map(client -> client.name).sorted().toList();
    }

    @Test
    void derivedQueries_byValue_findCountAndDelete() throws Exception {
        Lab lab = lab(More.class);
        try (ConfigurableApplicationContext application = lab.run()) {
            More clients = filled(application);

            assertThat(clients.findBySsnIndex("123456789"))
                    .hasValueSatisfying(ada -> assertThat(ada.ssn).isEqualTo("123-45-6789"));
            assertThat(clients.findBySsnIndex(BlindIndex.of("123-45-6789"))).isPresent();
            assertThat(clients.findBySsnIndex("000")).isEmpty();
            assertThat(names(clients.findBySsnIndexIn(List.of("123 45 6789", "555555555", "0"))))
                    .containsExactly("Ada", "Cleo");
            assertThat(clients.findBySsnIndexIn(List.of())).isEmpty();
            assertThat(names(clients.findBySsnIndexNotIn(List.of("123 45 6789"))))
                    .containsExactly("Ben", "Cleo");
            assertThat(names(clients.findByNameAndCityIndex("Ben", "lisboa"))).containsExactly("Ben");
            assertThat(names(clients.findByCityIndexOrSsnIndex("Porto", "555-555555")))
                    .containsExactly("Cleo");
            assertThat(clients.findByCityIndexNot("lisboa")).isEmpty();
            assertThat(names(clients.findByCityIndexIsNull())).containsExactly("Cleo");
            assertThat(clients.existsBySsnIndex("999-99-0001")).isTrue();
            assertThat(clients.existsBySsnIndex("999-99-0002")).isFalse();
            assertThat(clients.countByCityIndex("lisboa")).isEqualTo(2);
            assertThat(clients.names("999-99-0001")).containsExactly("Ben");
            assertThat(clients.deleteBySsnIndex("999990001")).isEqualTo(1);
            assertThat(clients.deleteBySsnIndex("999990001")).isZero();
            assertThat(names(clients.findAll())).containsExactly("Ada", "Cleo");
        }
        TestTegula.assertNotStored(lab.database(), "123-45-6789");
    }

    @Test
    void pagesAndSpecifications_byValue_findAndCount() throws Exception {
        try (ConfigurableApplicationContext application = lab(More.class).run()) {
            More clients = filled(application);

            Page<Client> first = clients.findByCityIndex("lisboa", PageRequest.of(0, 1, Sort.by("name")));
            assertThat(names(first.getContent())).containsExactly("Ada");
            assertThat(first.getTotalElements()).isEqualTo(2);
            assertThat(clients.findFirstByCityIndexOrderByNameDesc("lisboa"))
                    .hasValueSatisfying(last -> assertThat(last.name).isEqualTo("Ben"));
            Specification<Client> ada =
                    (client, query, builder) -> builder.equal(client.get("ssnIndex"), "123-45-6789");
            assertThat(names(clients.findAll(ada))).containsExactly("Ada");
            assertThat(clients.count(ada)).isEqualTo(1);
            assertThat(clients.exists(ada)).isTrue();
        }
    }

    @Test
    void sort_byAnIndex_isRefusedWhenItRuns() throws Exception {
        try (ConfigurableApplicationContext application = lab(More.class).run()) {
            More clients = application.getBean(More.class);

            Throwable sorted = catchThrowable(() -> clients.findAll(Sort.by("ssnIndex")));
            Throwable paged =
                    catchThrowable(() -> clients.findByCityIndex("x", PageRequest.of(0, 1, Sort.by("ssnIndex"))));

            assertThat(sorted).hasRootCauseInstanceOf(EncryptedQueryException.class);
            assertThat(paged).hasRootCauseInstanceOf(EncryptedQueryException.class);
        }
    }

    @Test
    void save_ofAValueThatIsTaken_isRefusedByTheDatabase() throws Exception {
        try (ConfigurableApplicationContext application = lab(More.class).run()) {
            More clients = filled(application);

            assertThatThrownBy(() -> clients.save(new Client("Dora", "123456789", "Porto")))
                    .isInstanceOf(DataIntegrityViolationException.class)
                    .hasMessageNotContaining("123456789");
        }
    }

    /** Spring Data itself ignores the case of texts only. */
    @Test
    void findIgnoringCase_ofAnIndex_fails() throws Exception {
        try (ConfigurableApplicationContext application =
                lab(IgnoringCase.class).run()) {
            IgnoringCase clients = application.getBean(IgnoringCase.class);

            assertThatThrownBy(() -> clients.findByCityIndexIgnoreCase("lisboa"))
                    .isInstanceOf(RuntimeException.class)
                    .hasMessageContaining("gnore case");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Like.findBySsnIndexLike",
                "StartingWith.findBySsnIndexStartingWith",
                "Between.findBySsnIndexBetween",
                "GreaterThan.findBySsnIndexGreaterThan",
                "Ordered.findByCityIndexOrderBySsnIndexAsc",
                "Distinct.cities",
                "Deleting.deleteBySsnIndexLessThan",
            })
    void start_queryThatCannotWork_isRefusedWithRepositoryAndMethod(String method) throws Exception {
        String name = BlindIndexQueriesTest.class.getName() + "$" + method;
        Class<?> repository = Class.forName(name.substring(0, name.lastIndexOf('.')));

        Throwable failure = catchThrowable(lab(repository)::run);

        assertThat(failure).isInstanceOf(EncryptedQueryException.class);
        assertThat(failure).hasMessageStartingWith(name + ": Client.").hasMessageContaining(" is a blind index; ");
    }
}
