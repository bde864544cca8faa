package dev.tegula.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Tegula;
import dev.tegula.spring.clinic.Patient;
import dev.tegula.spring.clinic.Patients;
import dev.tegula.test.TestTegula;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** Dependency, annotation, properties: an application encrypts. */
@Tag("long")
class StartTest {

    private static final LocalDate BORN = LocalDate.of(1970, 1, 31);

    @TempDir
    Path folder;

    @Test
    void start_keysetFile_encrypts() throws Exception {
        Saving.encrypts(Lab.withKeyset(folder));
    }

    /** Deployment, KEKs, fields, pool, epoch. */
    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void start_anyKms_saysSoInOneLine(CapturedOutput output) throws Exception {
        try (ConfigurableApplicationContext application = Lab.withKeyset(folder)
                .with("logging.level.dev.tegula.spring", "info")
                .run()) {
            assertThat(application.getBean(Tegula.class).deployment()).isEqualTo("clinic-test");
        }
        assertThat(output.getOut().lines().filter(line -> line.contains("Tegula: ")))
                .singleElement()
                .asString()
                .endsWith(
                        "Tegula: deployment clinic-test; KEKs main (tink, primary); 2 fields in 2 columns; registry in a"
                                + " pool of 2 beside the application's; epoch 1.");
    }

    /** Its keys are gone when it is closed, and what the application does while it closes would fail. */
    @Test
    void close_application_closesTheSessionFactoryFirst() throws Exception {
        ConfigurableApplicationContext application = Lab.withKeyset(folder).run();
        ConfigurableListableBeanFactory beans = application.getBeanFactory();
        assertThat(beans.getDependentBeans("tegula")).contains("entityManagerFactory");
        application.close();
    }

    @Test
    void start_anyKms_addsNoDataSource() throws Exception {
        try (ConfigurableApplicationContext application = Lab.withKeyset(folder).run()) {
            assertThat(application.getBeansOfType(DataSource.class)).hasSize(1);
            assertThat(application.getBean(RegistryPool.class).dataSource())
                    .isNotSameAs(application.getBean(DataSource.class));
        }
    }

    @Test
    void start_engineOfTheUser_makesNone() throws Exception {
        Lab lab = Lab.open().with("tegula.deployment", "").of(dev.tegula.spring.clinic.Clinic.class, OwnEngine.class);
        try (ConfigurableApplicationContext application = lab.run()) {
            assertThat(application.getBean(Tegula.class).deployment()).isEqualTo("test");
            assertThat(application.getBeansOfType(RegistryPool.class)).isEmpty();
            application.getBean(Patients.class).save(new Patient("Ada", "123-45-6789", BORN));
        }
        assertThat(lab.query("select get_byte(ssn, 0) from patient")).isEqualTo(List.of(1));
    }

    static class OwnEngine {

        @org.springframework.context.annotation.Bean
        Tegula own() {
            return TestTegula.create().get();
        }
    }
}
