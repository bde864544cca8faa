package dev.tegula.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.spring.charts.Chart;
import jakarta.persistence.EntityManager;
import java.nio.file.Path;
import org.hibernate.context.spi.CurrentTenantIdentifierResolver;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernatePropertiesCustomizer;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What does not fit is found at the start, and not by the first request. */
@Tag("long")
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

    @Test
    void start_withoutChecksWhereTheyAreWanted_isRefused() throws Exception {
        assertThatThrownBy(lab.with("tegula.missing-check", "fail")::run)
                .hasMessageStartingWith(
                        "Start check: No CHECK keeps plaintext out of public.patient.born, public.patient.ssn.");
        addChecks("get_byte(%s, 0) >= 0 or length(%1$s) > 0");
        assertThatThrownBy(lab::run)
                .as("the words of such a check, which allows everything")
                .hasMessageStartingWith("Start check: No CHECK keeps plaintext out of public.patient.born");
        addChecks("get_byte(%s, 0) = 1 and length(%1$s) >= 75");
        lab.run().close();
    }

    private void addChecks(String check) throws Exception {
        for (String column : new String[] {"born", "ssn"}) {
            Lab.run(lab.database(), "alter table patient add check (" + check.formatted(column) + ")");
        }
    }

    /** As after a restore of the registry alone: the key that was rotated away is ACTIVE again. */
    @Test
    void start_fenceThatRefusesTheActiveKey_isRefused() throws Exception {
        Saving.encrypts(lab);
        Object active = lab.query("select encode(key_id, 'hex') from tegula_key where field = 'patient.ssn'")
                .get(0);
        String other = "ab".repeat(32);
        fence(other, other);
        lab.run().close();
        fence(other, String.valueOf(active));
        assertThatThrownBy(lab::run)
                .hasMessageStartingWith(
                        "Start check: public.patient.ssn: the fence tegula_fence_ssn refuses values under"
                                + " key v1 (" + String.valueOf(active).substring(0, 8)
                                + "), which is ACTIVE, so every write would fail.");
    }

    /** What stands in for a CHECK while readers hold the table; one that is switched off refuses nothing. */
    @Test
    void start_triggerThatRefusesTheActiveKey_isRefusedUnlessItIsOff() throws Exception {
        Saving.encrypts(lab);
        Object active = lab.query("select encode(key_id, 'hex') from tegula_key where field = 'patient.ssn'")
                .get(0);
        Lab.run(
                lab.database(),
                "create function stop() returns trigger language plpgsql as 'begin raise exception $$fenced$$; end';"
                        + " create trigger tegula_fence_ssn before insert on patient for each row when"
                        + " (substring(new.ssn from 3 for 32) = '\\x" + active + "'::bytea) execute function stop()");
        assertThatThrownBy(lab::run)
                .hasMessageStartingWith("Start check: public.patient.ssn: the fence tegula_fence_ssn refuses");
        Lab.run(lab.database(), "alter table patient disable trigger tegula_fence_ssn");
        lab.run().close();
    }

    /** The triggers that look keys up: the list is read by their function, not by the application. */
    @Test
    void start_listThatRefusesTheActiveKey_isRefused() throws Exception {
        Saving.encrypts(lab);
        Object active = lab.query("select encode(key_id, 'hex') from tegula_key where field = 'patient.ssn'")
                .get(0);
        Lab.run(
                lab.database(),
                "create function tegula_fence_patient(bigint, bytea) returns boolean language sql volatile strict as"
                        + " 'select exists (select 1 from tegula_refused f where f.fence = $1 and f.key_id = $2)';"
                        + " create function tegula_fence_patient() returns trigger language plpgsql as"
                        + " 'begin raise exception $$fenced$$; end';"
                        + " create trigger \"tegula_fence_ssn of new rows\" after insert on patient for each row when"
                        + " (tegula_fence_patient('42'::bigint, substring(new.ssn, 3, 32)))"
                        + " execute function tegula_fence_patient();"
                        + " insert into tegula_refused (fence, key_id) values (41, '\\x" + active + "')");
        lab.run().close();
        Lab.run(lab.database(), "insert into tegula_refused (fence, key_id) values (42, '\\x" + active + "')");

        assertThatThrownBy(lab::run)
                .hasMessageStartingWith(
                        "Start check: public.patient.ssn: the fence tegula_fence_ssn of new rows refuses");
    }

    /** A key of another field is none of this column's. */
    @Test
    void start_fenceThatRefusesAKeyOfAnotherField_isNone() throws Exception {
        Saving.encrypts(lab);
        String other =
                String.valueOf(lab.query("select encode(key_id, 'hex') from tegula_key where field = 'patient.born'")
                        .get(0));
        fence(other, other);
        lab.run().close();
    }

    private void fence(String one, String another) throws Exception {
        Lab.run(
                lab.database(),
                "alter table patient drop constraint if exists tegula_fence_ssn, add constraint tegula_fence_ssn check"
                        + " (substring(ssn from 3 for 32) not in ('\\x" + one + "'::bytea, '\\x" + another
                        + "'::bytea)) not valid");
    }

    @EnableAutoConfiguration
    @EntityScan(basePackageClasses = Chart.class)
    static class Charts {

        @Bean
        HibernatePropertiesCustomizer tenants() {
            return properties -> properties.put(
                    "hibernate.tenant_identifier_resolver", new CurrentTenantIdentifierResolver<String>() {
                        @Override
                        public String resolveCurrentTenantIdentifier() {
                            return "north";
                        }

                        @Override
                        public boolean validateExistingCurrentSessions() {
                            return false;
                        }
                    });
        }
    }

    private void charts(String index) throws Exception {
        Lab.run(
                lab.database(),
                "create table chart (id bigint primary key, clinic text, text bytea, file bytea" + index + ")");
        lab.with("spring.data.jpa.repositories.enabled", "false").of(Charts.class);
    }

    @Test
    void start_columnOfABlindIndexThatIsMissingOrWrong_isRefused() throws Exception {
        charts("");
        assertThatThrownBy(lab::run)
                .hasMessageContaining("The blind index " + Chart.class.getName())
                .hasMessageContaining("needs the column file_index of chart, which is not there");
        Lab.run(lab.database(), "alter table chart add file_index text");
        assertThatThrownBy(lab::run)
                .hasMessageContaining("needs the column file_index of chart, which is text; bytea was expected.");
        Lab.run(lab.database(), "alter table chart alter file_index type bytea using null");
        lab.run().close();
    }

    /** Its key is chosen by the tenant of the row; the head alone would pass. */
    @Test
    void start_valueOfAnotherTenant_isRefused() throws Exception {
        charts(", file_index bytea");
        try (ConfigurableApplicationContext application = lab.run()) {
            TransactionTemplate transaction =
                    new TransactionTemplate(application.getBean(PlatformTransactionManager.class));
            EntityManager entities = application.getBean(EntityManager.class);
            transaction.executeWithoutResult(status -> {
                Chart chart = new Chart();
                chart.id = 1;
                chart.text = "rest";
                entities.persist(chart);
            });
        }
        lab.run().close();
        Lab.run(lab.database(), "update chart set clinic = 'south'");
        assertThatThrownBy(lab::run)
                .hasMessageStartingWith("Start check: public.chart.text holds a value that does not open: ");
    }

    @ParameterizedTest
    @CsvSource({
        "tegula.startup-check, quietly",
        "tegula.test.replace, nothing",
        "tegula.missing-check, never",
        "tegula.json, hide"
    })
    void start_wrongValue_isRefused(String name, String value) {
        assertThatThrownBy(lab.with(name, value)::run)
                .hasStackTraceContaining(name)
                .hasStackTraceContaining("xpected ");
    }
}
