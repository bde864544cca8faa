package dev.tegula.kms.vault;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;

/** Logs in with the token of the pod's service account, which is read again at each login because the cluster replaces it. */
public final class Kubernetes extends VaultAuth {

    private static final Path SERVICE_ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount/token");

    private final String role;
    private final Path jwtFile;
    private final String mount;

    private Kubernetes(String role, Path jwtFile, String mount) {
        this.role = role;
        this.jwtFile = jwtFile;
        this.mount = VaultNames.requirePath("auth mount", mount);
    }

    /** A role of the {@code kubernetes} mount, and the file every pod has. */
    public static Kubernetes of(String role) {
        return of(role, SERVICE_ACCOUNT);
    }

    /** A role, and a file with a projected token whose audience is Vault. */
    public static Kubernetes of(String role, Path jwtFile) {
        return new Kubernetes(role, jwtFile.toAbsolutePath(), "kubernetes");
    }

    /**
     * The same at another mount below {@code auth/}.
     *
     * @throws dev.tegula.failure.ConfigurationException if it is no path
     */
    public Kubernetes mount(String other) {
        return new Kubernetes(role, jwtFile, other);
    }

    @Override
    HeldToken login(VaultRequests exchange, Deadline deadline, Instant now) {
        char[] jwt = SecretLine.read("service account token", jwtFile);
        try {
            return loginAt(mount, Map.of("role", role, "jwt", new String(jwt)), exchange, deadline, now);
        } finally {
            Arrays.fill(jwt, '\0');
        }
    }

    @Override
    boolean canReplace(HeldToken held) {
        return true;
    }

    @Override
    boolean ownsItsTokens() {
        return true;
    }

    @Override
    String describe() {
        return "Kubernetes role " + role + " at auth/" + mount;
    }

    @Override
    void wipe() {
        // Keeps no secret.
    }
}
