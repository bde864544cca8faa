package dev.tegula.cli.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The transit engine of a Vault or OpenBao, {@code type: vault}.
 *
 * @param name the name under {@code tegula.kms}
 * @param address scheme, host and port
 * @param namespace the namespace of the engine and of the login, if there is one
 * @param mount where the engine is mounted
 * @param caFile certificates in PEM that the server's must lead to; those of Java without
 * @param timeout of one call
 * @param login how to log in
 */
public record VaultSettings(
        String name,
        URI address,
        Optional<String> namespace,
        String mount,
        Optional<Path> caFile,
        Duration timeout,
        VaultLogin login)
        implements KmsSettings {}
