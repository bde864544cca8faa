package dev.tegula.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Tegula;
import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.hibernate.engine.Engine;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Persistence;
import java.util.HashMap;
import java.util.Map;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** The ways in which Hibernate is started. */
final class BootstrapTest {

    @Test
    void entityManager_ofJakartaPersistence_encryptsAndGuards() {
        Postgres database = Postgres.fresh();
        try (Tegula tegula = Fixture.engine();
                EntityManagerFactory factory = Persistence.createEntityManagerFactory(
                        "encrypted",
                        Map.of(
                                Engine.PROPERTY,
                                tegula,
                                "jakarta.persistence.nonJtaDataSource",
                                database.dataSource()));
                EntityManager manager = factory.createEntityManager()) {
            EncryptedTest.Patient patient = new EncryptedTest.Patient();
            patient.ssn = "123-45-6789";
            manager.getTransaction().begin();
            manager.persist(patient);
            manager.getTransaction().commit();
            manager.clear();

            assertThat(manager.find(EncryptedTest.Patient.class, patient.id).ssn)
                    .isEqualTo("123-45-6789");
            assertThat(database.dump()).doesNotContain("123-45-6789");
            assertThatThrownBy(() -> manager.createQuery("from Patient p order by p.ssn", EncryptedTest.Patient.class)
                            .getResultList())
                    .isInstanceOf(EncryptedQueryException.class);
            assertThat(TegulaCatalogue.of(factory)).hasSize(2);
        }
    }

    @Test
    void sessionFactory_withoutDatabaseAndEngine_startsAndAsksForTheSchema() {
        try (SessionFactory sessions = withoutDatabase(Map.of())) {
            assertThatThrownBy(() -> TegulaCatalogue.of(sessions))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("hibernate.default_schema");
        }
    }

    @Test
    void sessionFactory_withADefaultSchema_putsItIntoTheCatalogue() {
        try (SessionFactory sessions = withoutDatabase(Map.of("hibernate.default_schema", "Clinic"))) {
            assertThat(TegulaCatalogue.of(sessions))
                    .extracting(EncryptedColumn::label)
                    .containsExactlyInAnyOrder("clinic.patient.ssn", "clinic.patient.born");
        }
    }

    private static SessionFactory withoutDatabase(Map<String, String> more) {
        Map<String, Object> settings = new HashMap<>(more);
        settings.put("hibernate.boot.allow_jdbc_metadata_access", "false");
        settings.put("hibernate.dialect", "org.hibernate.dialect.PostgreSQLDialect");
        settings.put("hibernate.connection.datasource", new PGSimpleDataSource());
        Configuration configuration = new Configuration().addAnnotatedClass(EncryptedTest.Patient.class);
        configuration.getProperties().putAll(settings);
        return configuration.buildSessionFactory();
    }
}
