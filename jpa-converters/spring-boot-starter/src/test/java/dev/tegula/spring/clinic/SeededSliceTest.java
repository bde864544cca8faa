package dev.tegula.spring.clinic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.test.TestTegula;
import java.time.LocalDate;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** As Spring PetClinic is tested: on H2, with tables and rows of scripts, in which values are written in clear. */
@SpringBootTest(
        properties = {
            "spring.flyway.enabled=false",
            "spring.liquibase.enabled=false",
            "spring.datasource.url=jdbc:h2:mem:seeded",
            "spring.jpa.hibernate.ddl-auto=none",
            "spring.sql.init.schema-locations=classpath:clinic.sql",
            "spring.sql.init.data-locations=classpath:clinic-data.sql",
            "tegula.profile=development",
            "tegula.seed=encrypt"
        })
@ExtendWith(OutputCaptureExtension.class)
class SeededSliceTest {

    @Test
    void start_onH2_encryptsTheRowsOfItsScripts(
            @Autowired Patients patients, @Autowired DataSource database, CapturedOutput output) {
        assertThat(patients.findByName("Ada"))
                .singleElement()
                .satisfies(ada -> assertThat(ada.ssn).isEqualTo("123-45-6789"))
                .satisfies(ada -> assertThat(ada.born).isEqualTo(LocalDate.of(1970, 1, 31)));
        TestTegula.assertNotStored(database, "123-45-6789");
        assertThat(output.getOut())
                .contains("tegula.seed: encrypted 2 rows of patient")
                .contains("2 fields in 2 columns; registry in memory; epoch ");
    }
}
