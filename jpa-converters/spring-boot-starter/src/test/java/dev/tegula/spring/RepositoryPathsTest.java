package dev.tegula.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.hibernate.EncryptedQueryException;
import dev.tegula.spring.clinic.Patient;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
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

/** Each way of Spring Data to read an encrypted attribute: its value, or refused, on an empty table too. */
class RepositoryPathsTest {

    private static final String SSN = "123-45-6789";

    @TempDir
    static Path folder;

    private static ConfigurableApplicationContext application;
    private static Patients patients;

    public interface Closed {
        String getName();

        String getSsn();
    }

    public interface Name {
        String getName();
    }

    public interface Open {
        @Value("#{target.name + ' ' + target.ssn}")
        String getBoth();
    }

    public record Dto(String name, String ssn) {}

    interface Patients extends JpaRepository<Patient, UUID>, JpaSpecificationExecutor<Patient> {
        List<Patient> findByName(String name, Sort sort);

        <T> List<T> findByName(String name, Class<T> type);

        Stream<Patient> streamByNameLike(String name);

        List<Patient> findBySsnIsNotNull();

        @Query("select p.name as name, p.ssn as ssn from Patient p")
        List<Closed> declared();

        @Query("select p from Patient p where p.name = ?1")
        List<Patient> declared(String name, Sort sort);

        @Query(value = "select * from patient", nativeQuery = true)
        List<Patient> nativeEntities();

        @Query(value = "select ssn from patient", nativeQuery = true)
        List<String> nativeTexts();

        @Query(value = "select ssn from patient", nativeQuery = true)
        String nativeText();

        @Query(value = "select name, ssn from patient", nativeQuery = true)
        List<Closed> nativeProjections();

        @Query(value = "select name, ssn from patient", nativeQuery = true)
        List<Dto> nativeDtos();

        @Query(value = "select ssn from patient", nativeQuery = true)
        List<byte[]> nativeBytes();

        @Query(value = "select ssn, name from patient", nativeQuery = true)
        <T> List<T> nativeByChoice(Class<T> type);

        @Query(value = "select name from patient", nativeQuery = true)
        List<String> nativeNames();
    }

    @EnableAutoConfiguration
    @EntityScan(basePackageClasses = Patient.class)
    static class Application {}

    @BeforeAll
    static void open() throws Exception {
        ChosenRepository.NAME.set(Patients.class.getName());
        application = Lab.withKeyset(folder)
                .of(Application.class, ChosenRepository.class)
                .run();
        patients = application.getBean(Patients.class);
    }

    @AfterAll
    static void close() {
        application.close();
    }

    static Map<String, Consumer<Patients>> queries() {
        Map<String, Consumer<Patients>> queries = new LinkedHashMap<>();
        Patient sought = new Patient(null, SSN, null);
        Sort bySsn = Sort.by("ssn");
        Specification<Patient> equal = (patient, query, builder) -> builder.equal(patient.get("ssn"), SSN);
        Specification<Patient> greater =
                (patient, query, builder) -> builder.greaterThan(patient.get("born"), LocalDate.EPOCH);
        queries.put("Sort", data -> data.findAll(bySsn));
        queries.put("Sort of a derived query", data -> data.findByName("Ada", bySsn));
        queries.put("Sort of a declared query", data -> data.declared("Ada", bySsn));
        queries.put("unsafe Sort", data -> data.declared("Ada", JpaSort.unsafe("length(p.ssn)")));
        queries.put("Pageable", data -> data.findAll(PageRequest.of(0, 1, bySsn)));
        queries.put("Example", data -> data.findAll(Example.of(sought)));
        queries.put(
                "Example by part",
                data -> data.findAll(Example.of(
                        sought, ExampleMatcher.matching().withStringMatcher(ExampleMatcher.StringMatcher.CONTAINING))));
        queries.put("Example counted", data -> data.count(Example.of(sought)));
        queries.put("Example that exists", data -> data.exists(Example.of(sought)));
        queries.put(
                "Example sorted",
                data -> data.findBy(Example.of(new Patient("Ada", null, null)), query -> query.sortBy(bySsn)
                        .all()));
        queries.put("Specification", data -> data.findAll(equal));
        queries.put("Specification of an order", data -> data.findAll(greater));
        queries.put("Specification counted", data -> data.count(equal));
        queries.put("Specification that exists", data -> data.exists(equal));
        queries.put("Specification paged", data -> data.findAll(equal, PageRequest.of(0, 1)));
        queries.put(
                "keyset",
                data -> data.findBy(
                        (Specification<Patient>) (patient, query, builder) -> null,
                        query -> query.sortBy(bySsn).limit(1).scroll(ScrollPosition.keyset())));
        return queries;
    }

    static List<String> refused() {
        return List.copyOf(queries().keySet());
    }

    @ParameterizedTest
    @MethodSource("refused")
    void query_thatCompares_isRefusedWithoutTheValue(String name) {
        Consumer<Patients> query = queries().get(name);
        for (boolean full : List.of(false, true)) {
            patients.deleteAll();
            if (full) {
                patients.save(new Patient("Ada", SSN, LocalDate.EPOCH));
            }
            assertThatThrownBy(() -> query.accept(patients))
                    .hasRootCauseInstanceOf(EncryptedQueryException.class)
                    .hasMessageContaining("Patient.")
                    .hasMessageNotContaining(SSN);
        }
    }

    @Test
    void projections_interfacesRecordsAndOpenOnes_giveTheValue() {
        one();
        assertThat(patients.findByName("Ada", Closed.class))
                .extracting(Closed::getSsn)
                .containsExactly(SSN);
        assertThat(patients.findByName("Ada", Dto.class)).containsExactly(new Dto("Ada", SSN));
        assertThat(patients.findByName("Ada", Open.class))
                .extracting(Open::getBoth)
                .containsExactly("Ada " + SSN);
        assertThat(patients.declared()).extracting(Closed::getSsn).containsExactly(SSN);
        assertThat(patients.findBySsnIsNotNull()).hasSize(1);
        List<Closed> byExample = patients.findBy(
                Example.of(new Patient("Ada", null, null)),
                query -> query.as(Closed.class).sortBy(Sort.by("name")).all());
        assertThat(byExample).extracting(Closed::getSsn).containsExactly(SSN);
    }

    @Test
    void nativeQuery_ofEntities_givesTheValue() {
        one();
        assertThat(patients.nativeEntities()).extracting(found -> found.ssn).containsExactly(SSN);
    }

    @Test
    void nativeQuery_asText_isRefused() {
        one();
        List<ThrowingCallable> calls = List.of(
                () -> patients.nativeTexts(),
                () -> patients.nativeText(),
                () -> patients.nativeProjections(),
                () -> patients.nativeByChoice(Closed.class),
                () -> patients.nativeByChoice(String.class));
        for (ThrowingCallable call : calls) {
            assertThatThrownBy(call)
                    .hasRootCauseInstanceOf(EncryptedQueryException.class)
                    .hasMessageContaining("of a native query is binary, and would be read as text");
        }
        assertThatThrownBy(() -> patients.nativeDtos()).isInstanceOf(RuntimeException.class);
    }

    @Test
    void nativeQuery_asBytesOrOfPlainColumns_isLeftAlone() {
        one();
        assertThat(patients.nativeBytes()).singleElement().satisfies(bytes -> assertThat(bytes)
                .startsWith(1, 0));
        assertThat(patients.nativeNames()).containsExactly("Ada");
        assertThat(patients.nativeByChoice(Name.class))
                .extracting(Name::getName)
                .containsExactly("Ada");
    }

    private static void one() {
        patients.deleteAll();
        patients.save(new Patient("Ada", SSN, LocalDate.EPOCH));
    }
}
