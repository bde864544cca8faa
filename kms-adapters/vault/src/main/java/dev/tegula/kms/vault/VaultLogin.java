package dev.tegula.kms.vault;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.kms.KmsSettings;
import dev.tegula.kms.KmsSettings.SecretFile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** How to log in, as configured. The file of a secret is looked at when the KMS is opened, never before. */
sealed interface VaultLogin {

    /** What the adapter takes. */
    VaultAuth auth();

    /** A token that somebody else keeps alive. */
    record OfToken(SecretFile file) implements VaultLogin {

        @Override
        public VaultAuth auth() {
            file.requirePrivate();
            return Token.file(file.path());
        }
    }

    /**
     * An AppRole.
     *
     * @param roleId not secret
     * @param secretIdFile holds the secret id, or the token that wraps it
     * @param wrapped whether it is the token
     * @param mount where the login is; null for {@code approle}
     */
    record OfAppRole(
            String roleId,
            SecretFile secretIdFile,
            boolean wrapped,
            @Nullable String mount) implements VaultLogin {

        @Override
        public VaultAuth auth() {
            secretIdFile.requirePrivate();
            AppRole plain = AppRole.of(roleId, secretIdFile.path());
            AppRole mounted = mount == null ? plain : plain.mount(mount);
            return wrapped ? mounted.wrapped() : mounted;
        }
    }

    /**
     * The service account of a pod.
     *
     * @param role the role of the Kubernetes auth method
     * @param jwtFile the token of the account; null for where Kubernetes puts it, readable by more than one user
     * @param mount where the login is; null for {@code kubernetes}
     */
    record OfPod(
            String role, @Nullable Path jwtFile, @Nullable String mount) implements VaultLogin {

        @Override
        public VaultAuth auth() {
            Kubernetes plain = jwtFile == null ? Kubernetes.of(role) : Kubernetes.of(role, jwtFile);
            return mount == null ? plain : plain.mount(mount);
        }
    }

    /** Reads {@code auth}: each method has settings of its own. */
    static VaultLogin read(KmsSettings auth) {
        String method = auth.required("method");
        return switch (method) {
            case "token" -> {
                auth.noSecret("token", "token-file").only("method", "token-file");
                yield new OfToken(auth.requiredSecretFile("token-file"));
            }
            case "approle" -> {
                auth.noSecret("secret-id", "secret-id-file")
                        .only("method", "role-id", "secret-id-file", "wrapped", "mount");
                yield new OfAppRole(
                        auth.required("role-id"),
                        auth.requiredSecretFile("secret-id-file"),
                        auth.flag("wrapped", false),
                        auth.text("mount").orElse(null));
            }
            case "kubernetes" -> {
                auth.noSecret("jwt", "jwt-file").only("method", "role", "jwt-file", "mount");
                yield new OfPod(
                        auth.required("role"),
                        auth.file("jwt-file").orElse(null),
                        auth.text("mount").orElse(null));
            }
            default ->
                throw new ConfigurationException(
                        auth.path() + ".method: expected token, approle or kubernetes, not `" + method + "`.");
        };
    }
}
