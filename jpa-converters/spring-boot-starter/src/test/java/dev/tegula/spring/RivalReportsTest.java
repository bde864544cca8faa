package dev.tegula.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Tegula;
import dev.tegula.spring.clinic.Clinic;
import dev.tegula.spring.clinic.Patient;
import dev.tegula.spring.clinic.Patients;
import dev.tegula.test.TestTegula;
import jakarta.annotation.PostConstruct;
import jakarta.persistence.EntityManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.data.domain.Example;
import org.springframework.data.domain.Sort;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.support.SimpleJpaRepository;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.vendor.HibernateJpaVendorAdapter;

/** What was reported publicly of other libraries that encrypt in Spring applications; each is tried on this one. */
@Tag("long")
class RivalReportsTest {

    @TempDir
    Path folder;

    private Lab lab;

    @BeforeEach
    void open() throws Exception {
        lab = Lab.withKeyset(folder);
    }

    /** Writes in another thread while the context is made, and waits for it. */
    static class Impatient {

        private final Patients patients;

        Impatient(Patients patients) {
            this.patients = patients;
        }

        @PostConstruct
        void write() throws Exception {
            CompletableFuture.runAsync(
                            () -> patients.save(new Patient("Ada", "123-45-6789", LocalDate.of(1970, 1, 31))))
                    .get(5, TimeUnit.MINUTES);
        }
    }

    /** ulisesbocchio/jasypt-spring-boot 217, 277, 404: a second thread and the one that starts wait for each other. */
    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void start_whileAnotherThreadWrites_doesNotHang() throws Exception {
        lab.of(Clinic.class, Impatient.class).run().close();
        assertThat(lab.query("select get_byte(ssn, 0) from patient")).containsExactly(1);
    }

    /** spring-cloud/spring-cloud-config 458, jasypt-spring-boot 26: what another source overrides is opened all the same. */
    @Test
    void start_withAKmsThatNoKekUses_doesNotOpenIt() throws Exception {
        lab.with("tegula.kms.other.type", "vault")
                .with("tegula.kms.other.address", "http://127.0.0.1:1")
                .with("tegula.kms.other.auth.method", "token")
                .with("tegula.kms.other.auth.token-file", folder.resolve("missing"));
        Saving.encrypts(lab);
    }

    /** SkappHQ/skapp 1107 and many more: the keys are in a static field, and the second context has those of the first. */
    @Test
    void contexts_twoInOneProcess_haveTheirOwnKeys() throws Exception {
        Lab other = Lab.withKeyset(Files.createDirectory(folder.resolve("other")));
        try (ConfigurableApplicationContext one = lab.run();
                ConfigurableApplicationContext two = other.run()) {
            assertThat(Clinic.saved(one)).isEqualTo("123-45-6789");
            assertThat(Clinic.saved(two)).isEqualTo("123-45-6789");
            assertThat(one.getBean(Tegula.class)).isNotSameAs(two.getBean(Tegula.class));
            two.close();
            assertThat(Clinic.saved(one)).isEqualTo("123-45-6789");
        }
        String key = "select distinct encode(substring(ssn from 3 for 32), 'hex') from patient";
        assertThat(lab.query(key)).doesNotContainAnyElementsOf(other.query(key));
    }

    static class OwnFactory {
        @Bean
        LocalContainerEntityManagerFactoryBean entityManagerFactory(DataSource source) {
            LocalContainerEntityManagerFactoryBean factory = new LocalContainerEntityManagerFactoryBean();
            factory.setDataSource(source);
            factory.setPackagesToScan(Patient.class.getPackageName());
            factory.setJpaVendorAdapter(new HibernateJpaVendorAdapter());
            return factory;
        }
    }

    /** spring-projects/spring-boot 47177: a factory of the application's own asks no customizer. */
    @Test
    void start_withAFactoryOfItsOwn_encrypts() throws Exception {
        Saving.encrypts(lab.of(Clinic.class, OwnFactory.class));
    }

    /** spring-cloud/spring-cloud-config 31: it starts, and the first request finds that nothing can be read. */
    @Test
    void start_lazily_isCheckedAllTheSame() throws Exception {
        lab.run().close();
        Lab.run(lab.database(), "insert into patient (id, ssn) values (gen_random_uuid(), '123-45-6789')");
        assertThatThrownBy(lab.with("spring.main.lazy-initialization", "true")::run)
                .hasMessageStartingWith("Start check: public.patient.ssn holds a value that does not open");
        assertThatThrownBy(lab.without("spring.main.lazy-initialization")
                        .with("spring.data.jpa.repositories.bootstrap-mode", "deferred")::run)
                .hasMessageStartingWith("Start check: public.patient.ssn holds a value that does not open");
    }

    /** jasypt-spring-boot 216: a background thread makes the factory, and beans wait for it. */
    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void start_withDeferredRepositories_encrypts() throws Exception {
        Saving.encrypts(lab.with("spring.data.jpa.repositories.bootstrap-mode", "deferred"));
    }

    /** Who needs a second connection while it holds the only one waits for itself. */
    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void start_withOneConnectionThatCommitsNothingByItself_encryptsAndSeeds() throws Exception {
        lab.with("spring.datasource.hikari.maximum-pool-size", "1")
                .with("spring.datasource.hikari.connection-timeout", "60000")
                .with("spring.datasource.hikari.auto-commit", "false")
                .with("spring.jpa.properties.hibernate.connection.provider_disables_autocommit", "true")
                .with("spring.sql.init.data-locations", "classpath:clinic-data.sql")
                .with("tegula.seed", "encrypt");
        try (ConfigurableApplicationContext application = lab.run()) {
            assertThat(application.getBean(Patients.class).findByName("Bob"))
                    .singleElement()
                    .satisfies(bob -> assertThat(bob.ssn).isEqualTo("987-65-4321"));
            assertThat(Clinic.saved(application)).isEqualTo("123-45-6789");
        }
        TestTegula.assertNotStored(lab.database(), "123-45-6789");
    }

    /** What is made of arguments of a request: an order or a comparison would be one of ciphertext. */
    @Test
    void queries_madeOfARequest_areRefused() throws Exception {
        try (ConfigurableApplicationContext application = lab.run()) {
            JpaRepository<Patient, UUID> patients =
                    new SimpleJpaRepository<>(Patient.class, application.getBean(EntityManager.class));
            Clinic.saved(application);
            assertThatThrownBy(() -> patients.findAll(Sort.by("ssn")))
                    .hasStackTraceContaining("Patient.ssn is encrypted");
            Patient sought = new Patient(null, "123-45-6789", null);
            assertThatThrownBy(() -> patients.findAll(Example.of(sought)))
                    .hasStackTraceContaining("Patient.ssn is encrypted")
                    .hasMessageNotContaining("123-45-6789");
        }
    }
}
