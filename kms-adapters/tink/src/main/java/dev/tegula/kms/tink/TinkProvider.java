package dev.tegula.kms.tink;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.kms.ConfiguredKms;
import dev.tegula.kms.KmsProvider;
import dev.tegula.kms.KmsSettings;
import java.nio.file.Path;

/** A keyset in a file, {@code type: tink}: for development, and where somebody says that this host may hold the keys. */
public final class TinkProvider implements KmsProvider {

    /** For {@link java.util.ServiceLoader}. */
    public TinkProvider() {}

    @Override
    public String type() {
        return "tink";
    }

    @Override
    public ConfiguredKms read(KmsSettings settings) {
        settings.noSecret("passphrase", "passphrase-file").only("keyset", "passphrase-file", "allow-production");
        Path keyset = settings.requiredFile("keyset");
        Path passphrase = settings.requiredFile("passphrase-file");
        if (!settings.flag("allow-production", false) && !settings.development()) {
            throw new ConfigurationException(
                    settings.path() + ": a keyset in a file is for development. Set tegula.profile:"
                            + " development, or say `allow-production: true` here if this host may hold the keys.");
        }
        return new TinkConfiguration(keyset, passphrase);
    }
}
