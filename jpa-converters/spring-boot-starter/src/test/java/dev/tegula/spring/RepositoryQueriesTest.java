package dev.tegula.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.hibernate.EncryptedQueryException;
import dev.tegula.spring.clinic.Patient;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.Pageable;
import org.springframework.data.domain.Sort;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;

/** A query that cannot work on ciphertext stops the start, no matter who would have called it. */
@Tag("long")
class RepositoryQueriesTest {

    @TempDir
    Path folder;

    interface BySsn extends JpaRepository<Patient, UUID> {
        List<Patient> findBySsn(String ssn);
    }

    interface BySsnIn extends JpaRepository<Patient, UUID> {
        List<Patient> findBySsnIn(Collection<String> ssns);
    }

    interface DeleteByBorn extends JpaRepository<Patient, UUID> {
        void deleteByBornBefore(LocalDate day);
    }

    interface Ordered extends JpaRepository<Patient, UUID> {
        List<Patient> findByNameOrderBySsnAsc(String name);
    }

    interface Paged extends JpaRepository<Patient, UUID> {
        Page<Patient> findByNameAndSsnLike(String name, String ssn, Pageable page);
    }

    interface Declared extends JpaRepository<Patient, UUID> {
        @Query("select p from Patient p where p.ssn = :ssn")
        List<Patient> declared(String ssn);
    }

    interface Bulk extends JpaRepository<Patient, UUID> {
        @Modifying
        @Query("update Patient p set p.ssn = :ssn where p.name = :name")
        int bulk(String ssn, String name);
    }

    /** What works on encrypted attributes, and what has nothing to do with them. */
    interface Sound extends JpaRepository<Patient, UUID> {
        List<Patient> findByName(String name);

        List<Patient> findBySsnIsNull();

        Page<Patient> findByNameIn(List<String> names, Pageable page);

        List<Patient> findByNameLike(String name, Sort sort);

        @Query("select p.ssn from Patient p where p.name = ?1")
        List<String> ssns(String name);

        @Query(value = "select count(*) from patient", nativeQuery = true)
        long counted();

        long countByIdIn(Collection<UUID> ids);

        <T> List<T> findByNameAndIdNot(String name, UUID id, Class<T> type);
    }

    @EnableAutoConfiguration
    @EntityScan(basePackageClasses = Patient.class)
    static class Application {}

    private Lab lab(Class<?> repositories) throws Exception {
        return Lab.withKeyset(folder).of(Application.class, repositories);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BySsn.findBySsn",
                "BySsnIn.findBySsnIn",
                "DeleteByBorn.deleteByBornBefore",
                "Ordered.findByNameOrderBySsnAsc",
                "Paged.findByNameAndSsnLike",
                "Declared.declared",
                "Bulk.bulk",
            })
    void start_queryThatCannotWork_isRefusedWithRepositoryAndMethod(String method) throws Exception {
        String name = RepositoryQueriesTest.class.getName() + "$" + method;
        ChosenRepository.NAME.set(name.substring(0, name.lastIndexOf('.')));
        assertThatThrownBy(lab(ChosenRepository.class)::run)
                .isInstanceOf(EncryptedQueryException.class)
                .hasMessageStartingWith(name + ": Patient.")
                .hasMessageContaining(" is encrypted; ");
    }

    @Test
    void start_queriesThatWork_starts() throws Exception {
        ChosenRepository.NAME.set(Sound.class.getName());
        try (ConfigurableApplicationContext application =
                lab(ChosenRepository.class).run()) {
            Sound sound = application.getBean(Sound.class);
            sound.save(new Patient("Ada", "123-45-6789", LocalDate.EPOCH));
            assertThat(sound.ssns("Ada")).containsExactly("123-45-6789");
            assertThat(sound.findBySsnIsNull()).isEmpty();
            assertThat(sound.counted()).isEqualTo(1);
        }
    }
}
