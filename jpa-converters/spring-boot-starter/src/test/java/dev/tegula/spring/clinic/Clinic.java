package dev.tegula.spring.clinic;

import java.time.LocalDate;
import org.springframework.aot.AotDetector;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** A stock application: nothing in it is about encryption but the annotations of {@link Patient}. */
@SpringBootApplication
public class Clinic {

    /** Starts, saves and reads. */
    public static void main(String[] arguments) {
        try (ConfigurableApplicationContext application = new SpringApplicationBuilder(Clinic.class)
                .web(WebApplicationType.NONE)
                .run(arguments)) {
            System.out.println("generated " + AotDetector.useGeneratedArtifacts() + ", read " + saved(application));
        }
    }

    /** The value that was saved, as it is read. */
    public static String saved(ConfigurableApplicationContext application) {
        Patients patients = application.getBean(Patients.class);
        patients.deleteAll();
        patients.save(new Patient("Ada", "123-45-6789", LocalDate.of(1970, 1, 31)));
        return patients.findByName("Ada").get(0).ssn;
    }
}
