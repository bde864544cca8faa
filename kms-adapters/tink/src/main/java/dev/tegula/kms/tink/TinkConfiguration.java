package dev.tegula.kms.tink;

import dev.tegula.kms.ConfiguredKms;
import dev.tegula.kms.Kms;
import java.nio.file.Path;
import java.util.List;

/**
 * A keyset file as configured.
 *
 * @param keyset the keyset file
 * @param passphraseFile the file that holds its passphrase
 */
record TinkConfiguration(Path keyset, Path passphraseFile) implements ConfiguredKms {

    @Override
    public Kms open() {
        return TinkKms.open(keyset, passphraseFile);
    }

    @Override
    public List<Prepared> prepare(boolean first, Runnable changing) {
        boolean made = LocalKeyset.create(keyset, passphraseFile, first, changing);
        return List.of(new Prepared("keyset", made, keyset + ", passphrase in " + passphraseFile + ", both mode 0600"));
    }
}
