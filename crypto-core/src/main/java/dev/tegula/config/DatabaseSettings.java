package dev.tegula.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One database the command line works on.
 *
 * @param name the name under {@code tegula.databases}
 * @param url JDBC URL; carries no password, and TLS with verification off loopback
 * @param username who logs in, if said
 * @param passwordFile the file with the password, if said
 * @param pins key ids of the REGISTRY root in hexadecimal; two while that root rotates, none only in development
 * @param applicationRoles the roles that applications log in with, for {@code doctor}; none if nobody said
 */
public record DatabaseSettings(
        String name,
        String url,
        Optional<String> username,
        Optional<Path> passwordFile,
        List<String> pins,
        List<String> applicationRoles) {
    /** Copies the lists. */
    public DatabaseSettings {
        pins = List.copyOf(pins);
        applicationRoles = List.copyOf(applicationRoles);
    }
}
