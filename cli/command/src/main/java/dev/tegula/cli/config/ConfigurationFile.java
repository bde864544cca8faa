package dev.tegula.cli.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.tegula.config.Configuration;
import dev.tegula.config.ConfigurationReader;
import dev.tegula.config.SettingValue;
import dev.tegula.failure.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds and reads {@code tegula.yaml}. */
public final class ConfigurationFile {

    /** The environment variable that names the file. */
    public static final String VARIABLE = "TEGULA_CONFIG";
    /** The name that is looked for. */
    public static final String NAME = "tegula.yaml";

    private ConfigurationFile() {}

    /**
     * Where the configuration is: {@code --config}, {@code TEGULA_CONFIG}, {@code ./tegula.yaml},
     * {@code $XDG_CONFIG_HOME/tegula/tegula.yaml}; the first that is named or exists.
     *
     * @param option the value of {@code --config}, or null
     * @throws ConfigurationException if a named file does not exist
     */
    public static Optional<Path> find(@Nullable Path option, Map<String, String> environment) {
        if (option != null) {
            return Optional.of(existing("--config", option));
        }
        String variable = environment.get(VARIABLE);
        if (variable != null && !variable.isEmpty()) {
            return Optional.of(existing(VARIABLE, Path.of(variable)));
        }
        return candidates(environment).stream().filter(Files::isRegularFile).findFirst();
    }

    /**
     * Finds and reads the configuration.
     *
     * @throws ConfigurationException if there is none, or it is wrong; the message names the setting
     */
    public static Configuration load(@Nullable Path option, Map<String, String> environment) {
        Path file = find(option, environment)
                .orElseThrow(() ->
                        new ConfigurationException("No configuration found. Looked for --config, " + VARIABLE + ", "
                                + String.join(
                                        ", ",
                                        candidates(environment).stream()
                                                .map(Path::toString)
                                                .toList())
                                + ". `tegula init` writes one."));
        return read(file, environment);
    }

    /**
     * Reads one file.
     *
     * @throws ConfigurationException if it cannot be read or is wrong; the message names the setting
     */
    public static Configuration read(Path file, Map<String, String> environment) {
        try {
            return parse(file, Files.readString(file), environment);
        } catch (IOException e) {
            throw new ConfigurationException(
                    "Cannot read " + file + " (" + e.getClass().getSimpleName() + ").");
        }
    }

    /**
     * Reads a text as if it stood in the file.
     *
     * @throws ConfigurationException if it is wrong; the message names the setting
     */
    public static Configuration parse(Path file, String text, Map<String, String> environment) {
        Map<String, Integer> lines = YamlStructure.check(file, text);
        Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("."));
        SettingValue tree = YamlValue.of(
                        "", tree(file, text), new YamlValue.Source(lines, new Interpolation(environment), folder))
                .orElse(null);
        return ConfigurationReader.readFile(file.toString(), folder, tree, JdbcUrl::checked);
    }

    private static @Nullable JsonNode tree(Path file, String text) {
        YAMLFactory yaml = YAMLFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
        try {
            return new ObjectMapper(yaml).readTree(text);
        } catch (JsonProcessingException e) {
            String where = e.getLocation() == null
                    ? ""
                    : " near line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr();
            throw new ConfigurationException(file + " is not valid YAML" + where + ".");
        }
    }

    private static Path existing(String named, Path file) {
        if (!Files.isRegularFile(file)) {
            throw new ConfigurationException(
                    named + " names " + file + ", which is not a file. `tegula init` writes one.");
        }
        return file;
    }

    private static List<Path> candidates(Map<String, String> environment) {
        String xdg = environment.getOrDefault("XDG_CONFIG_HOME", "");
        Path home = xdg.isEmpty() ? Path.of(environment.getOrDefault("HOME", "."), ".config") : Path.of(xdg);
        return List.of(Path.of(NAME), home.resolve("tegula").resolve(NAME));
    }
}
