package dev.tegula.spring.clinic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.test.TestTegula;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The whole application on PostgreSQL; KMS and registry, which would need servers and files, are replaced. */
@SpringBootTest(
        properties = {
            "spring.flyway.enabled=false",
            "spring.liquibase.enabled=false",
            "spring.sql.init.mode=always",
            "spring.sql.init.schema-locations=classpath:clinic.sql",
            "tegula.deployment=clinic-prod",
            "tegula.kms.vault.type=vault",
            "tegula.kms.vault.address=https://vault.internal:8200",
            "tegula.keks.main.kms=vault",
            "tegula.keks.main.key=tegula-main"
        })
class WholeTest {

    private static EmbeddedPostgres server;

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry properties) throws IOException {
        server = EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofMinutes(2))
                .setServerConfig("fsync", "off")
                .start();
        properties.add("spring.datasource.url", () -> server.getJdbcUrl("postgres", "postgres"));
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @Test
    void save_withoutServers_encrypts(@Autowired Patients patients, @Autowired TestTegula tegula) {
        Patient saved = patients.save(new Patient("Ada", "123-45-6789", LocalDate.of(1970, 1, 31)));
        tegula.rotate("patient.ssn");
        assertThat(patients.findById(saved.id).orElseThrow().ssn).isEqualTo("123-45-6789");
        TestTegula.assertNotStored(server.getPostgresDatabase(), "123-45-6789");
    }
}
