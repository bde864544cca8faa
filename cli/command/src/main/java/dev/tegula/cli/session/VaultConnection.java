package dev.tegula.cli.session;

import dev.tegula.cli.config.SecretFile;
import dev.tegula.cli.config.VaultLogin;
import dev.tegula.cli.config.VaultSettings;
import dev.tegula.kms.Kms;
import dev.tegula.kms.vault.AppRole;
import dev.tegula.kms.vault.Kubernetes;
import dev.tegula.kms.vault.Token;
import dev.tegula.kms.vault.VaultAuth;
import dev.tegula.kms.vault.VaultKms;

/** Opens a Vault as configured; the only place that names its adapter. */
final class VaultConnection {

    private VaultConnection() {}

    /**
     * Makes no call; the first use logs in.
     *
     * @throws dev.tegula.failure.ConfigurationException if the file with the secret is missing or open to others
     */
    static Kms open(VaultSettings settings) {
        VaultKms.Builder builder = VaultKms.builder()
                .address(settings.address())
                .auth(auth(settings))
                .mount(settings.mount())
                .timeout(settings.timeout());
        settings.namespace().ifPresent(builder::namespace);
        settings.caFile().ifPresent(builder::caFile);
        return builder.build();
    }

    private static VaultAuth auth(VaultSettings settings) {
        String setting = "tegula.kms." + settings.name() + ".auth.";
        VaultLogin login = settings.login();
        if (login instanceof VaultLogin.Token token) {
            SecretFile.requirePrivate(setting + "token-file", token.file());
            return Token.file(token.file());
        }
        if (login instanceof VaultLogin.AppRole role) {
            SecretFile.requirePrivate(setting + "secret-id-file", role.secretIdFile());
            AppRole plain = AppRole.of(role.roleId(), role.secretIdFile());
            AppRole mounted = role.mount().map(plain::mount).orElse(plain);
            return role.wrapped() ? mounted.wrapped() : mounted;
        }
        VaultLogin.Kubernetes pod = (VaultLogin.Kubernetes) login;
        Kubernetes plain =
                pod.jwtFile().map(file -> Kubernetes.of(pod.role(), file)).orElseGet(() -> Kubernetes.of(pod.role()));
        return pod.mount().map(plain::mount).orElse(plain);
    }
}
