package dev.tegula.spring.slice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.blindindex.BlindIndex;
import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.hibernate.EncryptedQueryException;
import dev.tegula.test.TestTegula;
import jakarta.persistence.EntityManager;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.hibernate.cfg.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.data.jpa.test.autoconfigure.DataJpaTest;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.data.domain.Sort;
import org.springframework.test.context.jdbc.Sql;

/** What of Tegula a slice on H2 can show, and what says that it needs PostgreSQL. */
@DataJpaTest(properties = {"spring.flyway.enabled=false", "spring.liquibase.enabled=false"})
class H2SliceTest {

    private static final String SSN = "123-45-6789";

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class Application {}

    @Autowired
    Members members;

    @Autowired
    EntityManager entities;

    @Autowired
    TestTegula tegula;

    @Autowired
    DataSource dataSource;

    private Member saved() {
        Member ada = new Member("Ada", SSN);
        ada.preferences = Map.of("language", "pt");
        ada.phones.add("555-0100");
        members.saveAndFlush(ada);
        members.saveAndFlush(new Member("Ben", "999-99-0001"));
        entities.clear();
        return ada;
    }

    @Test
    void database_ofTheSlice_isH2() throws Exception {
        try (var connection = dataSource.getConnection()) {
            assertThat(connection.getMetaData().getDatabaseProductName()).isEqualTo("H2");
        }
    }

    @Test
    void valuesDocumentsAndLists_areStoredAsEnvelopesAndReadBack() {
        Member ada = saved();
        byte[] stored = (byte[]) entities.createNativeQuery("select ssn from member where name = 'Ada'", Object.class)
                .getSingleResult();
        entities.clear();

        Member found = members.findById(ada.id).orElseThrow();

        assertThat(stored).hasSize(SSN.length() + 75).startsWith(1);
        assertThat(found.ssn).isEqualTo(SSN);
        assertThat(found.preferences).containsEntry("language", "pt");
        assertThat(found.phones).containsExactly("555-0100");
    }

    @Test
    void blindIndex_findsBeforeAndAfterAnotherDataKey() {
        saved();
        tegula.rotate("member.ssn");

        assertThat(members.findBySsnIndex("123456789"))
                .hasValueSatisfying(ada -> assertThat(ada.ssn).isEqualTo(SSN));
        assertThat(members.findBySsnIndexInOrderByName(List.of("999990001", "123456789")))
                .extracting(member -> member.name)
                .containsExactly("Ada", "Ben");
        assertThat(members.names(List.of(BlindIndex.of("999990001"), BlindIndex.of(SSN), BlindIndex.of("0"))))
                .containsExactly("Ada", "Ben");
        assertThat(members.names(List.of(BlindIndex.of("0")))).isEmpty();
        assertThat(members.existsBySsnIndex("0")).isFalse();
        assertThat(members.deleteBySsnIndex(SSN)).isEqualTo(1);
        assertThat(members.findAll()).extracting(member -> member.name).containsExactly("Ben");
    }

    @Test
    void uniqueIndex_ofAValueThatIsTaken_isRefusedByH2() {
        saved();

        assertThatThrownBy(() -> members.saveAndFlush(new Member("Eve", "123456789")))
                .isInstanceOf(DataIntegrityViolationException.class)
                .hasMessageNotContaining("123456789");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "from Member m where m.ssn = :v",
                "select m.name from Member m where m.ssn like :v",
                "select m.name from Member m order by m.ssn",
                "select count(distinct m.ssn) from Member m",
                "select m.name from Member m where m.ssnIndex > :v"
            })
    void query_thatCannotWork_isRefusedAsOnPostgres(String query) {
        assertThatThrownBy(() -> {
                    var created = entities.createQuery(query, Object.class);
                    if (query.contains(":v")) {
                        created.setParameter("v", SSN);
                    }
                    created.getResultList();
                })
                .hasStackTraceContaining(EncryptedQueryException.class.getName());
    }

    @Test
    void sort_byAnEncryptedAttribute_isRefused() {
        assertThatThrownBy(() -> members.findAll(Sort.by("ssn"))).hasRootCauseInstanceOf(EncryptedQueryException.class);
    }

    @Test
    @Sql(statements = "insert into member(id, name, ssn) values (random_uuid(), 'Eve', x'313233')")
    void bytes_thatAreNoEnvelope_areRefusedWhenRead() {
        assertThatThrownBy(() -> members.findAll()).hasStackTraceContaining("member.ssn");
    }

    @Test
    void values_ofTwoFields_cannotBeSwapped() {
        Member ada = saved();
        entities.createNativeQuery("update member set ssn = preferences where name = 'Ada'")
                .executeUpdate();

        assertThatThrownBy(() -> members.findById(ada.id))
                .hasStackTraceContaining(CannotOpenException.class.getSimpleName());
    }

    /** Both need SQL that only PostgreSQL has. */
    @ParameterizedTest
    @CsvSource({
        "dev.tegula.spring.bound.OnPostgres$Bound, Bound.secret, H2Dialect",
        "dev.tegula.spring.bound.OnPostgres$Searched, Searched.words, Use PostgreSQL"
    })
    void mapping_thatH2CannotHold_stopsTheStart(Class<?> entity, String attribute, String why) {
        Configuration configuration = new Configuration();
        configuration.addAnnotatedClass(entity);
        configuration.getProperties().put("hibernate.connection.datasource", dataSource);

        assertThatThrownBy(() -> configuration.buildSessionFactory().close())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(attribute)
                .hasMessageContaining(why);
    }
}
