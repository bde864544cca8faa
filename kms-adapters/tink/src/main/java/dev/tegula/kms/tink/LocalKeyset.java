package dev.tegula.kms.tink;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.file.DurableFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;

/**
 * Makes a keyset and its passphrase where neither is. Both are written under other names and then moved, the keyset first:
 * whatever a run that was killed left behind is told from a file that somebody lost.
 */
final class LocalKeyset {

    private final Path keyset;
    private final Path passphraseFile;
    private final Path keysetBegun;
    private final Path passphraseBegun;
    private final Runnable changing;

    private LocalKeyset(Path keyset, Path passphraseFile, Runnable changing) {
        this.changing = changing;
        this.keyset = keyset;
        this.passphraseFile = passphraseFile;
        this.keysetBegun = begun(keyset);
        this.passphraseBegun = begun(passphraseFile);
    }

    /**
     * Makes what is missing, mode 0600.
     *
     * @param passphraseServes whether a passphrase that is there alone is taken for the new keyset: where nothing was set up
     *     yet, nothing can be under a keyset that is gone
     * @param changing told before a file gets its name
     * @return whether something was made; false if both are there
     * @throws ConfigurationException if only one is there: a new one would not fit
     */
    static boolean create(Path keyset, Path passphraseFile, boolean passphraseServes, Runnable changing) {
        return new LocalKeyset(keyset, passphraseFile, changing).create(passphraseServes);
    }

    private boolean create(boolean passphraseServes) {
        boolean hasKeyset = Files.exists(keyset);
        boolean hasPassphrase = Files.exists(passphraseFile);
        if (hasKeyset && hasPassphrase) {
            return false;
        }
        if (hasKeyset && Files.exists(passphraseBegun)) {
            move(passphraseBegun, passphraseFile);
            return true;
        }
        if (hasKeyset || (hasPassphrase && !passphraseServes)) {
            throw new ConfigurationException((hasKeyset
                            ? keyset + " is there, but " + passphraseFile
                            : passphraseFile + " is there, but " + keyset)
                    + " is not. They belong together; bring the missing one back, or move the other away.");
        }
        if (hasPassphrase) {
            try (Passphrase passphrase = Passphrase.fromFile(passphraseFile)) {
                make(passphrase);
            }
            return true;
        }
        try (Passphrase passphrase = Passphrase.generate(new SecureRandom())) {
            DurableFile.delete(passphraseBegun);
            passphrase.writeTo(passphraseBegun);
            make(passphrase);
        }
        move(passphraseBegun, passphraseFile);
        return true;
    }

    private void make(Passphrase passphrase) {
        DurableFile.delete(keysetBegun);
        TinkKeyset.create(keysetBegun, passphrase);
        move(keysetBegun, keyset);
    }

    private void move(Path from, Path to) {
        changing.run();
        DurableFile.rename(from, to);
    }

    private static Path begun(Path file) {
        return file.resolveSibling(file.getFileName() + ".new");
    }
}
