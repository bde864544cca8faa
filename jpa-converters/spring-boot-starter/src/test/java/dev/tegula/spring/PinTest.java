package dev.tegula.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.Tegula;
import dev.tegula.spring.clinic.Patient;
import dev.tegula.spring.clinic.Patients;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/** What of the registry is believed, and who makes keys. */
@Tag("long")
class PinTest {

    @TempDir
    Path folder;

    private Lab lab;

    @BeforeEach
    void open() throws Exception {
        lab = Lab.withKeyset(folder);
    }

    /** In production, with the pin of a registry that the development profile made. */
    private Lab production() throws Exception {
        lab.run().close();
        String pin = HexFormat.of()
                .formatHex((byte[]) lab.query("select key_id from tegula_key where purpose = 'REGISTRY'")
                        .get(0));
        return lab.without("tegula.profile")
                .with("tegula.startup-check", "off")
                .with("tegula.kms.local.allow-production", "true")
                .with("tegula.registry-pin", pin);
    }

    private static void save(ConfigurableApplicationContext application) {
        application.getBean(Patients.class).save(new Patient("Ada", "123-45-6789", LocalDate.of(1970, 1, 31)));
    }

    @Test
    void start_productionWithoutPin_isRefusedAndMakesNoRoot() throws Exception {
        lab.without("tegula.profile").with("tegula.kms.local.allow-production", "true");
        assertThatThrownBy(lab::run)
                .hasStackTraceContaining("tegula.registry-pin is missing. It is what `tegula init` printed")
                .hasStackTraceContaining("Only tegula.profile: development starts without.");
        assertThat(lab.query("select count(*) from tegula_key")).containsExactly(0L);
    }

    @Test
    void start_productionWithPin_starts() throws Exception {
        try (ConfigurableApplicationContext application = production().run()) {
            assertThat(application.getBean(Tegula.class).seal().rootId().hex()).hasSize(64);
        }
    }

    @Test
    void start_pinOfTheOnlyDatabaseOfTheTree_isTaken() throws Exception {
        Object pin = HexFormat.of().formatHex((byte[]) production()
                .query("select key_id from tegula_key where purpose = 'REGISTRY'")
                .get(0));
        lab.without("tegula.registry-pin")
                .with("tegula.databases.clinic.url", "jdbc:postgresql://localhost/clinic")
                .with("tegula.databases.clinic.registry-pin", pin)
                .run()
                .close();
    }

    @Test
    void start_anotherPin_isRefused() throws Exception {
        production().with("tegula.registry-pin", "ab".repeat(32));
        assertThatThrownBy(lab::run).hasStackTraceContaining("abababab");
    }

    @Test
    void save_productionWithoutKey_namesTheCommand() throws Exception {
        try (ConfigurableApplicationContext application = production().run()) {
            assertThatThrownBy(() -> save(application))
                    .hasStackTraceContaining("has no ACTIVE key. An operator makes one: `tegula keys create patient.");
        }
    }

    @Test
    void save_productionWithKeysOnDemand_makesOne() throws Exception {
        try (ConfigurableApplicationContext application =
                production().with("tegula.keys.create", "on-demand").run()) {
            save(application);
        }
        assertThat(lab.query("select field from tegula_key where purpose = 'DATA' order by field"))
                .containsExactly("patient.born", "patient.ssn");
    }

    /** What is written down wins over what the profile does by itself. */
    @Test
    void start_developmentThatSaysNever_makesNoRootAndNoKey() throws Exception {
        lab.with("tegula.keys.create", "never").with("tegula.startup-check", "off");
        assertThatThrownBy(lab::run)
                .hasStackTraceContaining("The registry has no root yet, and tegula.keys.create is never.");
        lab.without("tegula.keys.create").run().close();
        try (ConfigurableApplicationContext application = lab.with("tegula.keys.create", "never")
                .with("tegula.startup-check", "off")
                .run()) {
            assertThatThrownBy(() -> save(application)).hasStackTraceContaining("has no ACTIVE key");
        }
    }
}
