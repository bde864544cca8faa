package dev.tegula.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.hibernate.EncryptedQueryException;
import dev.tegula.spring.notes.Visit;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.data.domain.Example;
import org.springframework.data.domain.ExampleMatcher;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.ScrollPosition;
import org.springframework.data.domain.Sort;
import org.springframework.data.jpa.domain.JpaSort;
import org.springframework.data.jpa.domain.Specification;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.JpaSpecificationExecutor;
import org.springframework.data.jpa.repository.Query;

/** Each way of Spring Data to read an attribute with an {@code EncryptedConverter}: its value, or refused, on an empty table too. */
@Tag("long")
class ConverterRepositoryTest {

    private static final String NOTE = "CANARY-8642";

    @TempDir
    static Path folder;

    private static ConfigurableApplicationContext application;
    private static Visits visits;

    public interface Closed {
        String getName();

        String getNote();
    }

    public interface Open {
        @Value("#{target.name + ' ' + target.note}")
        String getBoth();
    }

    public record Dto(String name, String note) {}

    interface Visits extends JpaRepository<Visit, UUID>, JpaSpecificationExecutor<Visit> {
        List<Visit> findByName(String name, Sort sort);

        <T> List<T> findByName(String name, Class<T> type);

        List<Visit> findByNoteIsNotNull();

        long countByNoteContaining(String part);

        boolean existsByNoteIgnoreCase(String note);

        @Query("select v.name as name, v.note as note from Visit v")
        List<Closed> declared();

        @Query("select v from Visit v where v.name = ?1")
        List<Visit> declared(String name, Sort sort);

        @Query(value = "select * from visit", nativeQuery = true)
        List<Visit> nativeEntities();

        @Query(value = "select note from visit", nativeQuery = true)
        List<String> nativeTexts();

        @Query(value = "select name, note from visit", nativeQuery = true)
        List<Closed> nativeProjections();

        @Query(value = "select note from visit", nativeQuery = true)
        List<byte[]> nativeBytes();
    }

    @EnableAutoConfiguration
    @EntityScan(basePackageClasses = Visit.class)
    static class Application {}

    @BeforeAll
    static void open() throws Exception {
        ChosenRepository.NAME.set(Visits.class.getName());
        application = Lab.withKeyset(folder)
                .with("spring.sql.init.schema-locations", Lab.TABLES + ",classpath:notes.sql")
                .of(Application.class, ChosenRepository.class)
                .run();
        visits = application.getBean(Visits.class);
    }

    @AfterAll
    static void close() {
        application.close();
    }

    static Map<String, Consumer<Visits>> queries() {
        Map<String, Consumer<Visits>> queries = new LinkedHashMap<>();
        Visit sought = new Visit(null, NOTE, null);
        Sort byNote = Sort.by("note");
        Specification<Visit> equal = (visit, query, builder) -> builder.equal(visit.get("note"), NOTE);
        Specification<Visit> greater =
                (visit, query, builder) -> builder.greaterThan(visit.get("day"), LocalDate.EPOCH);
        Specification<Visit> in = (visit, query, builder) -> visit.get("note").in(NOTE, "other");
        queries.put("Sort", data -> data.findAll(byNote));
        queries.put("Sort of a derived query", data -> data.findByName("Ada", byNote));
        queries.put("Sort of a declared query", data -> data.declared("Ada", byNote));
        queries.put("Pageable", data -> data.findAll(PageRequest.of(0, 1, byNote)));
        queries.put("Example", data -> data.findAll(Example.of(sought)));
        queries.put("Example counted", data -> data.count(Example.of(sought)));
        queries.put("Example that exists", data -> data.exists(Example.of(sought)));
        queries.put(
                "Example sorted",
                data -> data.findBy(Example.of(new Visit("Ada", null, null)), query -> query.sortBy(byNote)
                        .all()));
        queries.put("Specification", data -> data.findAll(equal));
        queries.put("Specification of an order", data -> data.findAll(greater));
        queries.put("Specification of several", data -> data.findAll(in));
        queries.put("Specification counted", data -> data.count(equal));
        queries.put("Specification that exists", data -> data.exists(equal));
        queries.put("Specification paged", data -> data.findAll(equal, PageRequest.of(0, 1)));
        queries.put(
                "Specification projected",
                data -> data.findBy(equal, query -> query.as(Closed.class).all()));
        queries.put(
                "keyset",
                data -> data.findBy(
                        (Specification<Visit>) (visit, query, builder) -> null,
                        query -> query.sortBy(byNote).limit(1).scroll(ScrollPosition.keyset())));
        return queries;
    }

    static List<String> refused() {
        return List.copyOf(queries().keySet());
    }

    /** What asks for a text: to Hibernate an attribute with a converter is one of bytes. */
    static Map<String, Consumer<Visits>> queriesOfText() {
        Map<String, Consumer<Visits>> queries = new LinkedHashMap<>();
        Visit sought = new Visit(null, NOTE, null);
        Specification<Visit> like = (visit, query, builder) -> builder.like(visit.get("note"), NOTE + "%");
        queries.put("unsafe Sort", data -> data.declared("Ada", JpaSort.unsafe("length(v.note)")));
        queries.put(
                "Example by part",
                data -> data.findAll(Example.of(
                        sought, ExampleMatcher.matching().withStringMatcher(ExampleMatcher.StringMatcher.CONTAINING))));
        queries.put(
                "Example ignoring case",
                data -> data.findAll(
                        Example.of(sought, ExampleMatcher.matching().withIgnoreCase())));
        queries.put("Specification of a part", data -> data.findAll(like));
        queries.put("derived: containing", data -> data.countByNoteContaining(NOTE));
        queries.put("derived: ignoring case", data -> data.existsByNoteIgnoreCase(NOTE));
        return queries;
    }

    static List<String> refusedByHibernate() {
        return List.copyOf(queriesOfText().keySet());
    }

    @ParameterizedTest
    @MethodSource("refusedByHibernate")
    void query_ofText_isRefusedByHibernateWithoutTheValue(String name) {
        Consumer<Visits> query = queriesOfText().get(name);
        for (boolean full : List.of(false, true)) {
            visits.deleteAll();
            if (full) {
                visits.save(new Visit("Ada", NOTE, LocalDate.EPOCH));
            }
            assertThatThrownBy(() -> query.accept(visits))
                    .hasStackTraceContaining("org.hibernate.query.")
                    .satisfies(refused -> {
                        StringWriter text = new StringWriter();
                        refused.printStackTrace(new PrintWriter(text));
                        assertThat(text.toString()).doesNotContain(NOTE);
                    });
        }
    }

    @ParameterizedTest
    @MethodSource("refused")
    void query_thatCompares_isRefusedWithoutTheValue(String name) {
        Consumer<Visits> query = queries().get(name);
        for (boolean full : List.of(false, true)) {
            visits.deleteAll();
            if (full) {
                visits.save(new Visit("Ada", NOTE, LocalDate.EPOCH));
            }
            assertThatThrownBy(() -> query.accept(visits))
                    .hasRootCauseInstanceOf(EncryptedQueryException.class)
                    .hasMessageContaining("Visit.")
                    .hasMessageNotContaining(NOTE);
        }
    }

    @Test
    void projections_interfacesRecordsAndOpenOnes_giveTheValue() {
        one();
        assertThat(visits.findByName("Ada", Closed.class))
                .extracting(Closed::getNote)
                .containsExactly(NOTE);
        assertThat(visits.findByName("Ada", Dto.class)).containsExactly(new Dto("Ada", NOTE));
        assertThat(visits.findByName("Ada", Open.class))
                .extracting(Open::getBoth)
                .containsExactly("Ada " + NOTE);
        assertThat(visits.declared()).extracting(Closed::getNote).containsExactly(NOTE);
        assertThat(visits.findByNoteIsNotNull()).extracting(found -> found.note).containsExactly(NOTE);
        List<Closed> byExample = visits.findBy(
                Example.of(new Visit("Ada", null, null)),
                query -> query.as(Closed.class).sortBy(Sort.by("name")).all());
        assertThat(byExample).extracting(Closed::getNote).containsExactly(NOTE);
    }

    @Test
    void nativeQuery_ofEntities_givesTheValue() {
        one();
        assertThat(visits.nativeEntities()).extracting(found -> found.note).containsExactly(NOTE);
        assertThat(visits.nativeBytes()).singleElement().satisfies(bytes -> assertThat(bytes)
                .startsWith(1, 0));
    }

    @Test
    void nativeQuery_asTextOrInterface_isRefused() {
        one();
        List<ThrowingCallable> calls = List.of(() -> visits.nativeTexts(), () -> visits.nativeProjections());
        for (ThrowingCallable call : calls) {
            assertThatThrownBy(call)
                    .hasRootCauseInstanceOf(EncryptedQueryException.class)
                    .hasMessageContaining("of a native query is binary, and would be read as text");
        }
    }

    private static void one() {
        visits.deleteAll();
        visits.save(new Visit("Ada", NOTE, LocalDate.EPOCH));
    }
}
