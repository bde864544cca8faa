package dev.tegula.cli.setup;

import dev.tegula.cli.config.AwsSettings;
import dev.tegula.cli.config.Durations;
import dev.tegula.cli.config.KmsSettings;
import dev.tegula.cli.config.Profile;
import dev.tegula.cli.config.TinkSettings;
import dev.tegula.cli.config.VaultLogin;
import dev.tegula.cli.config.VaultSettings;

/** The settings of a KMS as they stand in a new {@code tegula.yaml}. */
final class KmsText {

    private final YamlText yaml;
    private final Profile profile;

    KmsText(YamlText yaml, Profile profile) {
        this.yaml = yaml;
        this.profile = profile;
    }

    void write(KmsSettings kms) {
        yaml.begin(kms.name());
        if (kms instanceof VaultSettings vault) {
            vault(vault);
        } else if (kms instanceof AwsSettings aws) {
            aws(aws);
        } else if (kms instanceof TinkSettings tink) {
            tink(tink);
        }
        yaml.end();
    }

    private void tink(TinkSettings tink) {
        yaml.line("type", "tink", "a keyset in a file")
                .line("keyset", tink.keyset())
                .line("passphrase-file", tink.passphraseFile());
        if (profile == Profile.PRODUCTION) {
            yaml.line("allow-production", "true", "this host may hold the keys");
        }
    }

    private void vault(VaultSettings vault) {
        yaml.line("type", "vault", "Vault or OpenBao, transit engine").line("address", vault.address());
        vault.namespace().ifPresent(namespace -> yaml.line("namespace", namespace));
        yaml.line("mount", vault.mount());
        vault.caFile().ifPresent(file -> yaml.line("ca-file", file));
        yaml.line("timeout", Durations.format(vault.timeout())).begin("auth");
        VaultLogin login = vault.login();
        if (login instanceof VaultLogin.Token token) {
            yaml.line("method", "token").line("token-file", token.file());
        } else if (login instanceof VaultLogin.AppRole role) {
            yaml.line("method", "approle").line("role-id", role.roleId()).line("secret-id-file", role.secretIdFile());
            if (role.wrapped()) {
                yaml.line("wrapped", "true", "the file holds the token that wraps the secret id");
            }
        } else if (login instanceof VaultLogin.Kubernetes pod) {
            yaml.line("method", "kubernetes").line("role", pod.role());
            pod.jwtFile().ifPresent(file -> yaml.line("jwt-file", file));
        }
        yaml.end();
    }

    private void aws(AwsSettings aws) {
        yaml.line("type", "aws", "credentials: where the AWS SDK looks for them")
                .line("region", aws.region());
        aws.endpoint().ifPresent(endpoint -> yaml.line("endpoint", endpoint));
        yaml.line("timeout", Durations.format(aws.timeout()));
    }
}
