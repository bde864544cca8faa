package dev.tegula.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.ConfigurationException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What does not fit is found at the start, and not by the first request. */
class StartupCheckTest {

    @TempDir
    Path folder;

    private Lab lab;

    @BeforeEach
    void open() throws Exception {
        lab = Lab.withKeyset(folder);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "alter table patient drop column ssn, add ssn text | public.patient.ssn (dev.tegula.spring.clinic.Patient.ssn): ",
                "alter table patient drop column ssn | public.patient.ssn (dev.tegula.spring.clinic.Patient.ssn): ",
                "insert into patient (id, ssn) values (gen_random_uuid(), '123-45-6789') | public.patient.ssn holds a value that does not open: ",
            })
    void start_wrongColumn_isRefusedAndNamesColumnAndAttribute(String sql, String message) throws Exception {
        lab.run().close();
        Lab.run(lab.database(), sql);
        assertThatThrownBy(lab::run)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("Start check: " + message.strip())
                .hasMessageNotContaining("123-45-6789")
                .hasMessageEndingWith("With tegula.startup-check: warn the application starts all the same.");
    }

    /** Written by another deployment, or moved here from another column. */
    @Test
    void start_valueOfAnotherField_isRefused() throws Exception {
        Saving.encrypts(lab);
        Lab.run(lab.database(), "update patient set ssn = born");
        assertThatThrownBy(lab::run)
                .hasMessageStartingWith("Start check: public.patient.ssn holds a value that does not open: ");
    }

    @Test
    void start_manyProblems_namesAll() throws Exception {
        lab.run().close();
        Lab.run(lab.database(), "alter table patient drop column ssn, drop column born");
        assertThatThrownBy(lab::run)
                .hasMessageStartingWith("Start check: 2 things are wrong.")
                .hasMessageContaining("\n - public.patient.born (")
                .hasMessageContaining("\n - public.patient.ssn (");
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void start_wrongColumnWithWarn_startsAndSaysSo(CapturedOutput output) throws Exception {
        lab.run().close();
        Lab.run(lab.database(), "alter table patient drop column ssn");
        lab.with("tegula.startup-check", "warn").run().close();
        assertThat(output.getOut()).contains("Start check: public.patient.ssn (");
    }

    @Test
    void start_wrongColumnWithOff_starts() throws Exception {
        lab.run().close();
        Lab.run(lab.database(), "alter table patient drop column ssn");
        lab.with("tegula.startup-check", "off").run().close();
    }

    @Test
    void start_withoutActiveKeys_namesTheCommands() throws Exception {
        lab.run().close();
        lab.with("tegula.keys.create", "never");
        assertThatThrownBy(lab::run)
                .hasMessageContaining(
                        "patient.ssn has no ACTIVE key. An operator makes one: `tegula keys create patient.ssn"
                                + " --activate`.")
                .hasMessageContaining("patient.born has no ACTIVE key.");
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void start_withoutChecks_saysSoOnce(CapturedOutput output) throws Exception {
        lab.run().close();
        assertThat(output.getOut())
                .containsOnlyOnce(
                        "No CHECK keeps plaintext out of public.patient.born, public.patient.ssn. `tegula schema"
                                + " checks` prints what to add.");
    }

    @ParameterizedTest
    @CsvSource({"tegula.startup-check, quietly", "tegula.test.replace, nothing"})
    void start_wrongValue_isRefused(String name, String value) {
        assertThatThrownBy(lab.with(name, value)::run).hasStackTraceContaining(name + ": expected ");
    }
}
