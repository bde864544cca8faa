package dev.tegula.cli.setup;

import dev.tegula.config.Profile;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a new {@code tegula.yaml} says.
 *
 * @param deployment part of every KMS context; never changed
 * @param profile what the deployment is for
 * @param database name of the database in the file
 * @param url its JDBC URL
 * @param username who logs in, if said
 * @param passwordFile the file with the password, if said
 * @param kms how to reach the KMS; files in it may be relative to the configuration
 * @param key the KMS's own name of the KEK
 * @param keys the lines under {@code keys}
 */
public record NewConfiguration(
        String deployment,
        Profile profile,
        String database,
        String url,
        Optional<String> username,
        Optional<Path> passwordFile,
        NewKms kms,
        String key,
        List<String> keys) {

    /** How long copies of old values live, for who does not say otherwise: backups a month, no changefeeds. */
    public static final List<String> STANDARD_KEYS = List.of(
            "retention: { backups: 30d, changefeeds: 0s }   # how long copies of old values live: destroy waits for it");

    /** Copies the list. */
    public NewConfiguration {
        keys = List.copyOf(keys);
    }

    /** The file; the pin is left out while there is none. */
    public String yaml(@Nullable String pin) {
        YamlText yaml = new YamlText()
                .raw(
                        "# Written by `tegula init`. One tree for the command line and for applications; it holds no secret.")
                .begin("tegula")
                .line("deployment", deployment, "part of every KMS context: never change it")
                .line("profile", profile.name().toLowerCase(Locale.ROOT))
                .begin("kms");
        kms.write(yaml);
        yaml.end().begin("keks").begin("main");
        yaml.line("kms", kms.name()).line("key", key).raw("default: true").end().end();
        yaml.begin("keys");
        keys.forEach(yaml::raw);
        yaml.end().begin("databases").begin(database).line("url", url);
        username.ifPresent(name -> yaml.line("username", name));
        passwordFile.ifPresent(file -> yaml.line("password-file", file));
        if (pin != null) {
            yaml.line("registry-pin", pin, "the registry's root: keep it where the database is not");
        }
        return yaml.toString();
    }
}
