package dev.tegula.kms.vault;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Logs in with a role id and a secret id. The file holds the secret id itself, or, {@link #wrapped()}, a token that gives
 * it out once: the secret id then never lies on a disk, and anyone who took it on the way is noticed.
 */
public final class AppRole extends VaultAuth {

    private final String roleId;
    private final Path secretIdFile;
    private final boolean wrapped;
    private final String mount;
    private final @Nullable WrappedSecretId once;

    private AppRole(String roleId, Path secretIdFile, boolean wrapped, String mount) {
        this.roleId = roleId;
        this.secretIdFile = secretIdFile;
        this.wrapped = wrapped;
        this.mount = VaultNames.requirePath("auth mount", mount);
        this.once = wrapped ? new WrappedSecretId(secretIdFile, mount) : null;
    }

    /** A role of the {@code approle} mount, and a file with its secret id, read again at each login. */
    public static AppRole of(String roleId, Path secretIdFile) {
        SecretLine.requireVisible(roleId.toCharArray(), roleId.length(), "The role id");
        return new AppRole(roleId, secretIdFile.toAbsolutePath(), false, "approle");
    }

    /**
     * The same with a file that holds a wrapping token ({@code vault write -wrap-ttl=…}) instead of the secret id. It is
     * unwrapped once, and the secret id stays in memory until {@link VaultKms#close()}; a new token in the file is used
     * at the next login.
     */
    public AppRole wrapped() {
        return new AppRole(roleId, secretIdFile, true, mount);
    }

    /**
     * The same at another mount below {@code auth/}.
     *
     * @throws dev.tegula.failure.ConfigurationException if it is no path
     */
    public AppRole mount(String other) {
        return new AppRole(roleId, secretIdFile, wrapped, other);
    }

    @Override
    HeldToken login(VaultRequests exchange, Deadline deadline, Instant now) {
        char[] secretId = once == null ? SecretLine.read("secret id", secretIdFile) : once.secretId(exchange, deadline);
        try {
            return loginAt(
                    mount, Map.of("role_id", roleId, "secret_id", new String(secretId)), exchange, deadline, now);
        } finally {
            Arrays.fill(secretId, '\0');
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
        return "AppRole at auth/" + mount + " with the " + (wrapped ? "wrapped " : "") + "secret id in " + secretIdFile;
    }

    @Override
    void wipe() {
        if (once != null) {
            once.wipe();
        }
    }
}
