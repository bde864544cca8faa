package dev.tegula.spring.clinic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Tegula;
import dev.tegula.failure.DeniedException;
import dev.tegula.test.TestTegula;
import java.time.LocalDate;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.data.jpa.test.autoconfigure.DataJpaTest;
import org.springframework.boot.jpa.test.autoconfigure.TestEntityManager;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** A slice as its users write one: on H2, without a line about Tegula. */
@DataJpaTest(properties = {"spring.flyway.enabled=false", "spring.liquibase.enabled=false"})
class SliceTest {

    @Autowired
    Patients patients;

    @Autowired
    TestEntityManager entities;

    @Autowired
    TestTegula tegula;

    @Autowired
    DataSource dataSource;

    private Patient ada() {
        return new Patient("Ada", "123-45-6789", LocalDate.of(1970, 1, 31));
    }

    @Test
    void save_onH2_isReadBackAfterARotation() {
        Patient saved = patients.saveAndFlush(ada());
        tegula.rotate("patient.ssn");
        entities.clear();
        assertThat(patients.findById(saved.id).orElseThrow().ssn).isEqualTo("123-45-6789");
    }

    @Test
    @Transactional(propagation = Propagation.NOT_SUPPORTED)
    void save_onH2_isNotStoredInClear() {
        Patient saved = patients.save(ada());
        try {
            TestTegula.assertNotStored(dataSource, "123-45-6789");
        } finally {
            patients.delete(saved);
        }
    }

    @Test
    void kms_denied_isWhatTheApplicationMeets() {
        Patient saved = patients.saveAndFlush(ada());
        entities.clear();
        tegula.kms().deny();
        try {
            assertThatThrownBy(() -> patients.findById(saved.id)).isInstanceOf(DeniedException.class);
        } finally {
            tegula.kms().work();
        }
    }

    @Test
    void engine_ofTheSlice_isTheOneOfTheTest(@Autowired Tegula engine) {
        assertThat(engine).isSameAs(tegula.get());
    }
}
