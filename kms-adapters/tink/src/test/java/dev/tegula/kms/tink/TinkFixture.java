package dev.tegula.kms.tink;

import dev.tegula.kms.Kek;
import dev.tegula.kms.Kms;
import dev.tegula.test.KmsAbility;
import dev.tegula.test.KmsFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A keyset file, and another one under the same passphrase. */
final class TinkFixture implements KmsFixture {

    /** Nobody changes it, and deriving the key of a file is slow. */
    private static final Kek OTHER = other(KekKeys.generate());

    private final Path keyset;
    private final TinkKms kms;

    TinkFixture(Path directory) throws IOException {
        keyset = Keysets.keyset(directory);
        kms = TinkKms.open(keyset, Keysets.passphraseFile(directory));
    }

    private static Kek other(KekKeys keys) {
        return new TinkKek(Path.of("another-keyset"), () -> keys);
    }

    @Override
    public Kms kms() {
        return kms;
    }

    @Override
    public Kek kek() {
        return kms.kek(TinkKms.KEY);
    }

    @Override
    public Kek otherKek() {
        return OTHER;
    }

    @Override
    public Map<KmsAbility, String> gaps() {
        return Map.of(KmsAbility.DENY, "a file says no to nobody who can read it");
    }

    @Override
    public List<String> secrets() {
        return List.of(Keysets.PASSPHRASE);
    }

    @Override
    public void addVersion() {
        TinkKeyset file = TinkKeyset.open(keyset, Keysets.passphrase());
        file.promote(file.addKey().version());
    }

    /** Tegula removes no version; a copy of the file that lacks one is how it happens. */
    @Override
    public void refuseOldVersions() throws Exception {
        byte[] content = Files.readAllBytes(keyset);
        FileKey key = FileKey.derive(Keysets.passphrase(), KeysetHeader.parse(content, keyset), keyset);
        Keysets.write(keyset, key.encrypt(SameId.primaryOf(key.decrypt(content, keyset))));
    }

    /** An operator who changes the passphrase, and then the passphrase file, leaves a time between. */
    @Override
    public void cut() {
        TinkKeyset.open(keyset, Keysets.passphrase())
                .rewrapPassphrase(
                        Passphrase.copyOf("a-passphrase-that-comes-later".toCharArray()),
                        TinkKeyset.DEFAULT_ITERATIONS);
    }
}
