package dev.tegula.spring.clinic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.FieldCipher;
import dev.tegula.Tegula;
import dev.tegula.test.TestTegula;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jdbc.test.autoconfigure.JdbcTest;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** A slice without JPA: the engine is there, and takes nothing from the slice's {@code DataSource}. */
@JdbcTest(
        properties = {
            "spring.flyway.enabled=false",
            "spring.liquibase.enabled=false",
            "spring.sql.init.schema-locations=classpath:clinic.sql"
        })
class JdbcSliceTest {

    @Autowired
    JdbcTemplate jdbc;

    @Autowired
    Tegula tegula;

    @Autowired
    DataSource dataSource;

    @Test
    @Transactional(propagation = Propagation.NOT_SUPPORTED)
    void insert_onH2_isReadBackAndNotStoredInClear(@Autowired TestTegula test) {
        FieldCipher<String> ssn = tegula.field("patient.ssn", String.class);
        UUID id = UUID.randomUUID();
        jdbc.update("insert into patient (id, name, ssn) values (?, 'Ada', ?)", id, ssn.toColumn("123-45-6789"));
        test.rotate("patient.ssn");
        String read = ssn.fromColumn(jdbc.queryForObject("select ssn from patient where id = ?", byte[].class, id));
        assertThat(read).isEqualTo("123-45-6789");
        TestTegula.assertNotStored(dataSource, "123-45-6789");
        jdbc.update("delete from patient");
    }
}
