package com.example.kms;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.kms.ConfiguredKms;
import dev.tegula.kms.KmsProvider;
import dev.tegula.kms.KmsSettings;
import dev.tegula.kms.KmsSettings.SecretFile;
import java.util.List;

/** {@code type: master-key}: KEKs that are derived from one secret of this host. */
public final class MasterKeyProvider implements KmsProvider {

    @Override
    public String type() {
        return "master-key";
    }

    @Override
    public ConfiguredKms read(KmsSettings settings) {
        settings.only("master-key-file", "keys");
        SecretFile master = settings.requiredSecretFile("master-key-file");
        List<String> keys = settings.texts("keys");
        if (keys.isEmpty()) {
            throw new ConfigurationException(settings.path() + ".keys: at least one name of a key was expected.");
        }
        return () -> MasterKeyKms.open(master, keys);
    }
}
