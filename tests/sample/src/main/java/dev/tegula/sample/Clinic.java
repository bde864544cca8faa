package dev.tegula.sample;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;
import org.springframework.context.event.EventListener;

/** The clinic: a stock application of Spring Boot. */
@SpringBootApplication(exclude = UserDetailsServiceAutoConfiguration.class)
public class Clinic {

    private static final Logger LOG = LoggerFactory.getLogger(Clinic.class);

    /** Starts it; {@code dev/sample} says where its settings are. */
    public static void main(String[] arguments) {
        SpringApplication.run(Clinic.class, arguments);
    }

    @EventListener
    void open(ApplicationReadyEvent event) {
        String port = event.getApplicationContext().getEnvironment().getProperty("local.server.port");
        LOG.info("The clinic is open: http://localhost:{}/patients", port);
    }
}
