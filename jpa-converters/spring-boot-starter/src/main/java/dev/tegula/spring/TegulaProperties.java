package dev.tegula.spring;

import dev.tegula.config.Configuration;
import dev.tegula.config.ConfigurationReader;
import dev.tegula.failure.ConfigurationException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Reads the properties below {@code tegula} of an application as {@code tegula.yaml} is read. */
final class TegulaProperties {

    private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("tegula");

    /** Where a variable of the environment may name anything; elsewhere TEGULA_ROLE_ID or TEGULA_CONFIG are no settings. */
    private static final Set<String> OPEN = Set.of("kms", "keks", "databases");

    private static final List<ConfigurationPropertyName> SETTINGS = List.of(
                    "deployment",
                    "profile",
                    "registry-pin",
                    "startup-check",
                    "missing-check",
                    "seed",
                    "secrets-refresh",
                    "json",
                    "keys.create",
                    "keys.cache-ttl",
                    "keys.outage-limit",
                    "keys.write-lease",
                    "test.replace")
            .stream()
            .map(name -> ROOT.append(ConfigurationPropertyName.of(name)))
            .toList();

    private TegulaProperties() {}

    /**
     * Reads them.
     *
     * @throws dev.tegula.failure.ConfigurationException if they are wrong; the message names the setting and its place
     */
    static Configuration read(ConfigurableEnvironment environment) {
        return ConfigurationReader.read(
                "The application's properties", Path.of("").toAbsolutePath(), tree(environment), (path, url) -> url);
    }

    /** The tree of all sources together; the first that has a value wins. */
    static PropertyValue tree(Environment environment) {
        PropertyValue tree = new PropertyValue(environment);
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            requireSlashes(source.getUnderlyingSource());
            if (source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource) {
                SETTINGS.forEach(name -> add(tree, source, name));
            }
            if (source instanceof IterableConfigurationPropertySource names) {
                names.stream()
                        .filter(ROOT::isAncestorOf)
                        .filter(name -> !(source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource)
                                || OPEN.contains(name.getElement(1, Form.UNIFORM)))
                        .forEach(name -> add(tree, source, name));
            }
        }
        return tree;
    }

    /** Spring Boot leaves a slash out of a name that is not in brackets: the namespace would be another one. */
    private static void requireSlashes(@Nullable Object source) {
        if (source instanceof EnumerablePropertySource<?> known) {
            for (String name : known.getPropertyNames()) {
                if (name.matches("tegula\\.secrets\\.[^\\[]*/.*")) {
                    throw new ConfigurationException(
                            "The application's properties: `" + name
                                    + "` loses its slash in Spring Boot. Write the namespace in brackets: `tegula.secrets[app/prod].kek` in"
                                    + " properties, `\"[app/prod]\":` below `secrets:` in YAML; a tegula.yaml may have them too.");
                }
            }
        }
    }

    private static void add(PropertyValue tree, ConfigurationPropertySource source, ConfigurationPropertyName name) {
        ConfigurationProperty found = source.getConfigurationProperty(name);
        if (found != null) {
            tree.add(name, 1, found, source);
        }
    }
}
