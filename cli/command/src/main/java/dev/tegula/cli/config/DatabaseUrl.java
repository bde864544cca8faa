package dev.tegula.cli.config;

import java.util.Properties;
import org.postgresql.Driver;

/**
 * What a JDBC URL leads to.
 *
 * @param database name of the database, or {@code main} if that is no simple word
 * @param local whether it is on this host
 */
public record DatabaseUrl(String database, boolean local) {

    /**
     * Reads a URL by the rules of the configuration.
     *
     * @throws dev.tegula.failure.ConfigurationException if it is no PostgreSQL URL, holds a password, or leads off this
     *     host without verified TLS
     */
    public static DatabaseUrl of(String setting, String url) {
        JdbcUrl.checked(setting, url);
        Properties parsed = Driver.parseURL(url, new Properties());
        String name = parsed == null ? "" : parsed.getProperty("PGDBNAME", "");
        return new DatabaseUrl(name.matches("[A-Za-z0-9_-]+") ? name : "main", JdbcUrl.local(url));
    }
}
