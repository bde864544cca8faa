package dev.tegula.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.hibernate.EncryptedQueryException;
import dev.tegula.spring.notes.Visit;
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
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;

/** A query of a repository that cannot work on what a converter encrypts stops the start, no matter who would have called it. */
@Tag("long")
class ConverterQueriesTest {

    @TempDir
    Path folder;

    interface ByNote extends JpaRepository<Visit, UUID> {
        List<Visit> findByNote(String note);
    }

    interface ByNoteIn extends JpaRepository<Visit, UUID> {
        List<Visit> findByNoteIn(Collection<String> notes);
    }

    interface Deleting extends JpaRepository<Visit, UUID> {
        void deleteByDayBefore(LocalDate day);
    }

    interface Ordered extends JpaRepository<Visit, UUID> {
        List<Visit> findByNameOrderByNoteAsc(String name);
    }

    interface First extends JpaRepository<Visit, UUID> {
        Visit findFirstByNameOrderByDayDesc(String name);
    }

    interface Distinct extends JpaRepository<Visit, UUID> {
        @Query("select distinct v.note from Visit v")
        List<String> notes();
    }

    interface Declared extends JpaRepository<Visit, UUID> {
        @Query("select v from Visit v where v.note = :note")
        List<Visit> declared(String note);
    }

    interface Bulk extends JpaRepository<Visit, UUID> {
        @Modifying
        @Query("update Visit v set v.note = :note where v.name = :name")
        int bulk(String note, String name);
    }

    interface Sound extends JpaRepository<Visit, UUID> {
        List<Visit> findByNoteIsNull();

        Page<Visit> findByNameLike(String name, Pageable page);

        @Query("select v.note from Visit v where v.name = ?1")
        List<String> notes(String name);
    }

    @EnableAutoConfiguration
    @EntityScan(basePackageClasses = Visit.class)
    static class Application {}

    private Lab lab(String repository) throws Exception {
        ChosenRepository.NAME.set(repository);
        return Lab.withKeyset(folder)
                .with("spring.sql.init.schema-locations", Lab.TABLES + ",classpath:notes.sql")
                .of(Application.class, ChosenRepository.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ByNote.findByNote",
                "ByNoteIn.findByNoteIn",
                "Deleting.deleteByDayBefore",
                "Ordered.findByNameOrderByNoteAsc",
                "First.findFirstByNameOrderByDayDesc",
                "Distinct.notes",
                "Declared.declared",
                "Bulk.bulk",
            })
    void start_queryThatCannotWork_isRefusedWithRepositoryAndMethod(String method) throws Exception {
        String name = ConverterQueriesTest.class.getName() + "$" + method;
        assertThatThrownBy(lab(name.substring(0, name.lastIndexOf('.')))::run)
                .isInstanceOf(EncryptedQueryException.class)
                .hasMessageStartingWith(name + ": Visit.")
                .hasMessageContaining(" is encrypted; ");
    }

    @Test
    void start_queriesThatWork_starts() throws Exception {
        try (ConfigurableApplicationContext application =
                lab(Sound.class.getName()).run()) {
            Sound sound = application.getBean(Sound.class);
            sound.save(new Visit("Ada", "a note", LocalDate.EPOCH));
            assertThat(sound.notes("Ada")).containsExactly("a note");
            assertThat(sound.findByNoteIsNull()).isEmpty();
            assertThat(sound.findByNameLike("A%", Pageable.ofSize(1)).getContent())
                    .extracting(visit -> visit.day)
                    .containsExactly(LocalDate.EPOCH);
        }
    }
}
