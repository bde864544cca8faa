package dev.tegula.kms.tink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.kms.Kek;
import dev.tegula.kms.WrappedKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysetReloadTest {

    private static final String NEXT = "canary-passphrase-that-comes-after";

    @TempDir
    Path directory;

    private Path file;
    private Path passphraseFile;
    private Instant now = Instant.EPOCH;
    private Kek kek;

    @BeforeEach
    void open() throws IOException {
        file = Keysets.keyset(directory);
        passphraseFile = Keysets.passphraseFile(directory);
        kek = TinkKms.open(file, passphraseFile, () -> now).kek("primary");
    }

    private TinkKeyset keyset() {
        return TinkKeyset.open(file, Keysets.passphrase());
    }

    @Test
    void wrap_afterAKeyWasAdded_staysOnThePrimary() {
        String before = kek.status().newestVersion();
        String added = keyset().addKey().version();

        assertThat(added).isNotEqualTo(before);
        assertThat(kek.wrap(Keysets.root(), Keysets.context()).kekVersion()).isEqualTo(before);
        assertThat(kek.status().detail()).contains(added);
    }

    @Test
    void rewrap_afterPromotion_movesToTheNewVersion() {
        WrappedKey old = kek.wrap(Keysets.root(), Keysets.context());
        TinkKeyset keyset = keyset();
        String next = keyset.addKey().version();
        keyset.promote(next);

        WrappedKey moved = kek.rewrap(old, Keysets.context());

        assertThat(old.kekVersion()).isNotEqualTo(next);
        assertThat(moved.kekVersion()).isEqualTo(next);
        assertThat(kek.unwrap(moved, Keysets.context())).isEqualTo(Keysets.root());
        assertThat(kek.unwrap(old, Keysets.context())).isEqualTo(Keysets.root());
    }

    @Test
    void unwrap_versionGoneFromTheFile_isDenied() throws IOException {
        TinkKeyset keyset = keyset();
        keyset.promote(keyset.addKey().version());
        WrappedKey wrapped = kek.wrap(Keysets.root(), Keysets.context());
        Keysets.write(file, Keysets.content());

        assertThatThrownBy(() -> kek.unwrap(wrapped, Keysets.context()))
                .isInstanceOf(DeniedException.class)
                .hasMessageContaining(wrapped.kekVersion());
    }

    @Test
    void reload_sameHead_needsNoPassphraseFile() throws IOException {
        TinkKeyset keyset = keyset();
        Files.delete(passphraseFile);
        String next = keyset.addKey().version();
        keyset.promote(next);

        assertThat(kek.status().newestVersion()).isEqualTo(next);
    }

    @Test
    void reload_passphraseFileLagsBehind_isUnavailableAndRecovers() throws IOException {
        WrappedKey wrapped = kek.wrap(Keysets.root(), Keysets.context());
        keyset().rewrapPassphrase(Passphrase.copyOf(NEXT.toCharArray()), 600_001);

        assertThatThrownBy(kek::status)
                .isInstanceOf(UnavailableException.class)
                .hasCauseInstanceOf(DeniedException.class)
                .hasMessageContaining(passphraseFile.toString());

        Keysets.write(passphraseFile, NEXT.getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(kek::status)
                .as("not derived again within 5 s")
                .isInstanceOf(UnavailableException.class)
                .hasNoCause();

        now = now.plusSeconds(5);
        assertThat(kek.unwrap(wrapped, Keysets.context())).isEqualTo(Keysets.root());
    }

    @Test
    void wrap_fileGone_isAConfigurationErrorUntilItIsBack() throws IOException {
        Files.delete(file);
        assertThatThrownBy(() -> kek.wrap(Keysets.root(), Keysets.context()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(file.toString());

        Keysets.keyset(directory);
        assertThat(kek.wrap(Keysets.root(), Keysets.context())).isNotNull();
    }

    @Test
    void wrap_fileOpenedToOthersLater_isRefused() throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        assertThatThrownBy(() -> kek.wrap(Keysets.root(), Keysets.context()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("chmod 600");
    }
}
