package dev.tegula.cli.config;

import java.nio.file.Path;
import java.util.Optional;

/** How to log in to a Vault. */
public sealed interface VaultLogin {

    /**
     * A token that somebody else keeps alive.
     *
     * @param file holds the token; mode 0600
     */
    record Token(Path file) implements VaultLogin {}

    /**
     * An AppRole.
     *
     * @param roleId not secret
     * @param secretIdFile holds the secret id, or the token that wraps it; mode 0600
     * @param wrapped whether it is the token of a response-wrapped secret id
     * @param mount where the login is, if not at {@code approle}
     */
    record AppRole(String roleId, Path secretIdFile, boolean wrapped, Optional<String> mount) implements VaultLogin {}

    /**
     * The service account of a pod.
     *
     * @param role the role of the Kubernetes auth method
     * @param jwtFile the token of the account, if it is not where Kubernetes puts it
     * @param mount where the login is, if not at {@code kubernetes}
     */
    record Kubernetes(String role, Optional<Path> jwtFile, Optional<String> mount) implements VaultLogin {}
}
