package dev.tegula.spring;

import dev.tegula.Tegula;
import dev.tegula.config.Configuration;
import dev.tegula.config.Profile;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.TegulaException;
import dev.tegula.jdbc.CatalogueStore;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.core.env.PropertyResolver;

/** Compares the mapping with database and keys before the first request, and stops the start or tells what is wrong. */
final class StartupCheck implements SmartInitializingSingleton {

    private static final Logger LOG = LoggerFactory.getLogger(StartupCheck.class);
    private static final String ALL_THE_SAME = " With tegula.startup-check: warn the application starts all the same.";

    private final PropertyResolver properties;
    private final ObjectProvider<Tegula> engine;
    private final ObjectProvider<Configuration> configuration;
    private final ObjectProvider<EncryptedMappings> mappings;
    private final ObjectProvider<SeedRows> seed;

    StartupCheck(
            PropertyResolver properties,
            ObjectProvider<Tegula> engine,
            ObjectProvider<Configuration> configuration,
            ObjectProvider<EncryptedMappings> mappings,
            ObjectProvider<SeedRows> seed) {
        this.properties = properties;
        this.engine = engine;
        this.configuration = configuration;
        this.mappings = mappings;
        this.seed = seed;
    }

    @Override
    public void afterSingletonsInstantiated() {
        ApplicationSettings.check(properties);
        ApplicationSettings.StartupCheck wanted = ApplicationSettings.startupCheck(properties);
        Tegula tegula = engine.getIfUnique();
        EncryptedMappings mapped = mappings.getIfAvailable();
        if (tegula != null && mapped != null && ApplicationSettings.seeds(properties)) {
            requireDevelopment(tegula);
            seed.getObject().encrypt();
        }
        if (tegula == null || mapped == null || wanted == ApplicationSettings.StartupCheck.OFF || !inDatabase(tegula)) {
            return;
        }
        Configuration read = configuration.getIfAvailable();
        boolean makesKeys = read == null || EngineBuilder.makesKeys(read);
        List<TegulaException> problems = new ArrayList<>();
        mapped.all().forEach(mapping -> mapping.database()
                .filter(database -> !mapping.columns().isEmpty())
                .ifPresent(database -> problems.addAll(
                        new ColumnCheck(tegula, makesKeys, ApplicationSettings.missingCheckFails(properties), database)
                                .run(mapping.columns(), mapping.indexes()))));
        if (problems.isEmpty()) {
            return;
        }
        if (wanted == ApplicationSettings.StartupCheck.WARN) {
            problems.forEach(problem -> LOG.warn("Start check: {}", problem.getMessage()));
            return;
        }
        throw failure(problems);
    }

    /** Anyone who writes clear text in production must hear of it, and not have it tidied away. */
    private void requireDevelopment(Tegula tegula) {
        Configuration read = configuration.getIfAvailable();
        if (read == null ? inDatabase(tegula) : read.profile() != Profile.DEVELOPMENT) {
            throw new ConfigurationException(
                    "tegula.seed: encrypt works with tegula.profile: development and in tests with"
                            + " keys in memory only. Take it away: in production clear text never reaches the database, and what"
                            + " is there is saved through the application.");
        }
    }

    /** In memory, as in tests, there is nothing that an operator made. */
    private static boolean inDatabase(Tegula tegula) {
        return tegula.catalogue().filter(CatalogueStore.class::isInstance).isPresent();
    }

    private static ConfigurationException failure(List<TegulaException> problems) {
        if (problems.size() == 1) {
            return new ConfigurationException(
                    "Start check: " + problems.get(0).getMessage() + ALL_THE_SAME, problems.get(0));
        }
        ConfigurationException all = new ConfigurationException(
                problems.stream()
                                .map(problem -> "\n - " + problem.getMessage())
                                .collect(Collectors.joining(
                                        "", "Start check: " + problems.size() + " things are wrong.", "\n"))
                        + ALL_THE_SAME.strip(),
                problems.get(0));
        problems.stream().skip(1).forEach(all::addSuppressed);
        return all;
    }
}
