package dev.tegula.sample;

import dev.tegula.failure.ConfigurationException;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;

/**
 * What the clinic has to be told. Secrets stay in files of their own; this one, {@code .dev/clinic.properties}, only
 * says where.
 *
 * @param deployment name of the deployment, the same as in {@code tegula.yaml}
 * @param pin key id of the registry's root, as {@code tegula init} printed it
 * @param writeLease how long a writer trusts what it knows of the ACTIVE key; a rotation waits as long for it
 * @param vault where Vault answers
 * @param vaultCaFile the certificates to trust it by
 * @param key the transit key that wraps the data keys
 * @param roleId the application's AppRole
 * @param secretIdFile its secret id, mode 0600
 * @param url JDBC URL of the clinic's database
 * @param username the application's role there
 * @param passwordFile its password, mode 0600
 */
record Settings(
        String deployment,
        String pin,
        Duration writeLease,
        URI vault,
        Path vaultCaFile,
        String key,
        String roleId,
        Path secretIdFile,
        String url,
        String username,
        Path passwordFile) {

    /** @throws ConfigurationException if the file or a setting is missing */
    static Settings read(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new ConfigurationException(
                    "Cannot read " + file + " (" + e.getClass().getSimpleName() + "). dev/up writes it.");
        }
        return new Settings(
                required(file, properties, "tegula.deployment"),
                required(file, properties, "tegula.registry-pin"),
                Duration.parse(required(file, properties, "tegula.write-lease")),
                URI.create(required(file, properties, "vault.address")),
                Path.of(required(file, properties, "vault.ca-file")),
                required(file, properties, "vault.key"),
                required(file, properties, "vault.role-id"),
                Path.of(required(file, properties, "vault.secret-id-file")),
                required(file, properties, "database.url"),
                required(file, properties, "database.username"),
                Path.of(required(file, properties, "database.password-file")));
    }

    private static String required(Path file, Properties properties, String name) {
        String value = properties.getProperty(name, "").strip();
        if (value.isEmpty()) {
            throw new ConfigurationException(name + " is missing in " + file + ". dev/up writes it.");
        }
        return value;
    }
}
