package dev.tegula.cli.setup;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.kms.tink.Passphrase;
import dev.tegula.kms.tink.TinkKeyset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;

/** Makes a keyset and its passphrase where neither is. */
final class LocalKeyset {

    private LocalKeyset() {}

    /**
     * Makes both files, mode 0600.
     *
     * @return whether they were made; false if both are there
     * @throws ConfigurationException if only one is there: a new one would not fit
     */
    static boolean create(Path keyset, Path passphraseFile) {
        boolean hasKeyset = Files.exists(keyset);
        boolean hasPassphrase = Files.exists(passphraseFile);
        if (hasKeyset && hasPassphrase) {
            return false;
        }
        if (hasKeyset || hasPassphrase) {
            throw new ConfigurationException((hasKeyset
                            ? keyset + " is there, but " + passphraseFile
                            : passphraseFile + " is there, but " + keyset)
                    + " is not. They belong together; bring the missing one back, or move the other away.");
        }
        try (Passphrase passphrase = Passphrase.generate(new SecureRandom())) {
            passphrase.writeTo(passphraseFile);
            TinkKeyset.create(keyset, passphrase);
        }
        return true;
    }
}
