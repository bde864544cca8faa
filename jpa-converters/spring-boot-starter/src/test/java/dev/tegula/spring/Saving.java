package dev.tegula.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.spring.clinic.Patient;
import dev.tegula.spring.clinic.Patients;
import dev.tegula.test.TestTegula;
import java.time.LocalDate;
import java.util.List;
import org.springframework.context.ConfigurableApplicationContext;

/** What an application does that has nothing about encryption in it but annotations. */
final class Saving {

    private static final LocalDate BORN = LocalDate.of(1970, 1, 31);

    private Saving() {}

    static void encrypts(Lab lab) throws Exception {
        try (ConfigurableApplicationContext application = lab.run()) {
            Patients patients = application.getBean(Patients.class);
            patients.save(new Patient("Ada", "123-45-6789", BORN));
            assertThat(patients.findByName("Ada"))
                    .singleElement()
                    .satisfies(ada -> assertThat(ada.ssn).isEqualTo("123-45-6789"))
                    .satisfies(ada -> assertThat(ada.born).isEqualTo(BORN));
        }
        assertThat(lab.query("select get_byte(ssn, 0) from patient where length(ssn) >= 75"))
                .isEqualTo(List.of(1));
        TestTegula.assertNotStored(lab.database(), "123-45-6789");
        // A process that starts later reads it.
        try (ConfigurableApplicationContext application = lab.run()) {
            assertThat(application.getBean(Patients.class).findAll())
                    .singleElement()
                    .satisfies(ada -> assertThat(ada.ssn).isEqualTo("123-45-6789"));
        }
    }
}
