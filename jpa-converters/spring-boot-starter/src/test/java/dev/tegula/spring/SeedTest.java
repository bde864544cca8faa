package dev.tegula.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Tegula;
import dev.tegula.spring.cards.Card;
import dev.tegula.spring.clinic.Clinic;
import dev.tegula.spring.clinic.Patients;
import dev.tegula.test.MemoryKms;
import dev.tegula.test.TestTegula;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.nio.file.Path;
import java.time.LocalDate;
import javax.sql.DataSource;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/** Rows that {@code data.sql} wrote in clear: refused, or encrypted where a developer asked for that. */
@Tag("long")
class SeedTest {

    @TempDir
    Path folder;

    private Lab lab;

    @BeforeEach
    void open() throws Exception {
        lab = Lab.withKeyset(folder).with("spring.sql.init.data-locations", "classpath:clinic-data.sql");
    }

    @EnableAutoConfiguration
    @EntityScan(basePackageClasses = Card.class)
    static class Cards {}

    static class OwnEngine {
        @Bean
        Tegula own(DataSource source) {
            return Tegula.builder("own")
                    .kek("main", MemoryKms.create(), "primary")
                    .registry(RegistryPool.beside(source).dataSource())
                    .development()
                    .build();
        }
    }

    @Test
    void start_withoutTheSetting_isRefusedAndNamesIt() {
        assertThatThrownBy(lab::run)
                .hasMessageContaining("public.patient.ssn holds a value that does not open: ")
                .hasMessageContaining("Did a script such as data.sql write it? In development `tegula.seed: encrypt`")
                .hasMessageNotContaining("123-45-6789");
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void start_withTheSetting_encryptsOnceAndSaysSo(CapturedOutput output) throws Exception {
        lab.with("tegula.seed", "encrypt");
        try (ConfigurableApplicationContext application = lab.run()) {
            assertThat(application.getBean(Patients.class).findByName("Ada"))
                    .singleElement()
                    .satisfies(ada -> assertThat(ada.ssn).isEqualTo("123-45-6789"))
                    .satisfies(ada -> assertThat(ada.born).isEqualTo(LocalDate.of(1970, 1, 31)));
            assertThat(application.getBean(Patients.class).findByName("Bob"))
                    .singleElement()
                    .satisfies(bob -> assertThat(bob.ssn).isEqualTo("987-65-4321"))
                    .satisfies(bob -> assertThat(bob.born).isNull());
        }
        assertThat(output.getOut())
                .containsOnlyOnce("tegula.seed: encrypted 2 rows of patient that held values in clear.");
        TestTegula.assertNotStored(lab.database(), "123-45-6789");
        Object before = lab.query("select string_agg(ssn, '' order by name) from patient")
                .get(0);
        lab.with("spring.sql.init.mode", "never").run().close();
        assertThat(lab.query("select string_agg(ssn, '' order by name) from patient"))
                .containsExactly(before);
        assertThat(output.getOut()).containsOnlyOnce("tegula.seed: encrypted ");
    }

    @Test
    void start_withABlindIndex_fillsIt() throws Exception {
        Lab.run(
                lab.database(),
                "create table card (id bigint primary key, number bytea, number_index bytea not null, uses bytea);"
                        + " insert into card values (1, '4000 1234', '', '7')");
        lab.with("tegula.seed", "encrypt")
                .without("spring.sql.init.data-locations")
                .with("spring.data.jpa.repositories.enabled", "false")
                .of(Cards.class);
        try (ConfigurableApplicationContext application = lab.run();
                EntityManager entities =
                        application.getBean(EntityManagerFactory.class).createEntityManager()) {
            Card found = entities.createQuery("from Card where numberIndex = :number", Card.class)
                    .setParameter("number", "40001234")
                    .getSingleResult();
            assertThat(found.number).isEqualTo("4000 1234");
            assertThat(found.uses).isEqualTo(7);
        }
    }

    @Test
    void start_withMoreRowsThanASeedHas_isRefusedAndChangesNothing() throws Exception {
        lab.without("spring.sql.init.data-locations").run().close();
        Lab.run(
                lab.database(),
                "insert into patient (id, ssn) select gen_random_uuid(), '123-45-6789' from generate_series(0, "
                        + PlaintextSeed.MOST_ROWS + ")");
        assertThatThrownBy(lab.with("tegula.seed", "encrypt")::run)
                .hasMessageStartingWith("tegula.seed: patient has more than 10000 rows, which is no seed.");
        assertThat(lab.query("select count(*) from patient where ssn = '123-45-6789'"))
                .containsExactly(PlaintextSeed.MOST_ROWS + 1L);
    }

    @Test
    void start_textThatIsNoDate_isRefusedWithoutTheText() throws Exception {
        lab.with("tegula.seed", "encrypt").run().close();
        Lab.run(lab.database(), "insert into patient (id, born) values (gen_random_uuid(), 'yesterday')");
        assertThatThrownBy(lab.with("spring.sql.init.mode", "never")::run)
                .hasMessageContaining(
                        "Patient.born is no LocalDate as text. Dates and times are written as in 2026-01-31")
                .hasMessageNotContaining("yesterday");
        assertThat(lab.query("select count(*) from patient where born = 'yesterday'"))
                .containsExactly(1L);
    }

    /** The server's text quotes the whole row. */
    @Test
    void start_rowThatItsTableRefuses_isRefusedWithoutTheRow() throws Exception {
        Lab.run(
                lab.database(),
                "create table patient (id uuid primary key, name text, ssn bytea check (octet_length(ssn) < 20), born bytea);"
                        + " insert into patient values (gen_random_uuid(), 'canary', '123-45-6789', null)");
        lab.with("tegula.seed", "encrypt").without("spring.sql.init.data-locations");
        assertThatThrownBy(lab::run)
                .hasMessageContaining("tegula.seed: the rows of patient were not encrypted (SQLSTATE 23514). ")
                .satisfies(e -> assertThat(Throwables.getStackTrace(e)).doesNotContain("canary", "Failing row"));
        assertThat(lab.query("select convert_from(ssn, 'UTF8') from patient")).containsExactly("123-45-6789");
    }

    /** Both would have to be written into production's own configuration, and then it does not start. */
    @Test
    void start_inProduction_isRefusedAndChangesNothing() throws Exception {
        Lab.run(lab.database(), "create table patient (id uuid primary key, name text, ssn bytea, born bytea)");
        lab.with("tegula.seed", "encrypt").with("tegula.startup-check", "off");
        lab.without("spring.sql.init.data-locations").run().close();
        Lab.run(lab.database(), "insert into patient (id, ssn) values (gen_random_uuid(), '123-45-6789')");
        Object pin = lab.query("select encode(key_id, 'hex') from tegula_key where purpose = 'REGISTRY'")
                .get(0);
        lab.with("tegula.profile", "production")
                .with("tegula.registry-pin", pin)
                .with("tegula.kms.local.allow-production", "true");
        assertThatThrownBy(lab::run)
                .hasMessageStartingWith("tegula.seed: encrypt works with tegula.profile: development");
        assertThat(lab.query("select convert_from(ssn, 'UTF8') from patient")).containsExactly("123-45-6789");
    }

    /** Nobody knows what it is for. */
    @Test
    void start_withAnEngineOfTheUserOnADatabase_isRefused() {
        lab.with("tegula.seed", "encrypt").of(Clinic.class, OwnEngine.class);
        assertThatThrownBy(lab::run).hasMessageStartingWith("tegula.seed: encrypt works with");
    }

    @Test
    void start_withAnotherWord_isRefused() {
        assertThatThrownBy(lab.with("tegula.seed", "true")::run)
                .hasStackTraceContaining("tegula.seed: expected encrypt or off, not `true`.");
    }
}
