package dev.tegula.kms.vault;

import dev.tegula.kms.ConfiguredKms;
import dev.tegula.kms.KmsProvider;
import dev.tegula.kms.KmsSettings;

/** The transit engine of a Vault or OpenBao, {@code type: vault}: where it is, and how to log in. */
public final class VaultProvider implements KmsProvider {

    /** For {@link java.util.ServiceLoader}. */
    public VaultProvider() {}

    @Override
    public String type() {
        return "vault";
    }

    @Override
    public ConfiguredKms read(KmsSettings settings) {
        settings.noSecret("token", "auth.token-file")
                .only("address", "namespace", "mount", "ca-file", "timeout", "auth");
        return new VaultConfiguration(
                settings.requiredAddress("address"),
                settings.text("namespace").orElse(null),
                settings.text("mount", "transit"),
                settings.file("ca-file").orElse(null),
                settings.duration("timeout", "2s", "100ms", "60s"),
                VaultLogin.read(settings.object("auth")));
    }
}
