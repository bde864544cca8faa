package dev.tegula.spring;

import dev.tegula.config.Durations;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.hibernate.output.JsonOutput;
import java.time.Duration;
import java.util.Optional;
import org.springframework.core.env.PropertyResolver;

/** Settings of the tree that only an application reads. */
final class ApplicationSettings {

    /** What is done about what the start check finds. */
    enum StartupCheck {
        FAIL,
        WARN,
        OFF
    }

    private ApplicationSettings() {}

    static StartupCheck startupCheck(PropertyResolver properties) {
        String text = properties.getProperty("tegula.startup-check", "fail");
        return switch (text) {
            case "fail" -> StartupCheck.FAIL;
            case "warn" -> StartupCheck.WARN;
            case "off", "false" -> StartupCheck.OFF; // YAML reads off as false
            default ->
                throw new ConfigurationException(
                        "tegula.startup-check: expected fail, warn or off, not `" + text + "`.");
        };
    }

    /** Refuses what would be taken for the default. */
    static void check(PropertyResolver properties) {
        String text = properties.getProperty("tegula.test.replace", "all");
        if (!text.equals("all") && !text.equals("none")) {
            throw new ConfigurationException("tegula.test.replace: expected all or none, not `" + text + "`.");
        }
        JsonOutput.of(properties.getProperty("tegula.json", "omit"));
        startupCheck(properties);
        seeds(properties);
        missingCheckFails(properties);
        secretsRefresh(properties);
    }

    /** How long from one look at imported secrets to the next; empty for never. */
    static Optional<Duration> secretsRefresh(PropertyResolver properties) {
        String text = properties.getProperty("tegula.secrets-refresh", "30s");
        if (text.equals("off") || text.equals("false")) { // YAML reads off as false
            return Optional.empty();
        }
        Duration refresh = Durations.parse("tegula.secrets-refresh", text);
        if (refresh.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new ConfigurationException(
                    "tegula.secrets-refresh: expected 1s or more, or off, not `" + text + "`.");
        }
        return Optional.of(refresh);
    }

    /** Whether what scripts wrote in clear is encrypted. */
    static boolean seeds(PropertyResolver properties) {
        return switch (properties.getProperty("tegula.seed", "off")) {
            case "encrypt" -> true;
            case "off", "false" -> false;
            default ->
                throw new ConfigurationException("tegula.seed: expected encrypt or off, not `"
                        + properties.getProperty("tegula.seed", "") + "`.");
        };
    }

    /** Whether a column without CHECK stops the start. */
    static boolean missingCheckFails(PropertyResolver properties) {
        return switch (properties.getProperty("tegula.missing-check", "warn")) {
            case "fail" -> true;
            case "warn" -> false;
            default ->
                throw new ConfigurationException("tegula.missing-check: expected warn or fail, not `"
                        + properties.getProperty("tegula.missing-check", "") + "`.");
        };
    }
}
