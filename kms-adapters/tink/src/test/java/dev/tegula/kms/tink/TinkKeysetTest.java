package dev.tegula.kms.tink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.RefusedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TinkKeysetTest {

    @TempDir
    Path directory;

    private TinkKeyset open() throws IOException {
        return TinkKeyset.open(Keysets.keyset(directory), Keysets.passphrase());
    }

    @Test
    void create_newFile_hasOnePrimaryAndTheDefaultCost() throws IOException {
        Path file = directory.resolve("new");
        TinkKeyset keyset = TinkKeyset.create(file, Keysets.passphrase());

        assertThat(keyset.versions()).singleElement().matches(KeyVersion::primary);
        byte[] content = Files.readAllBytes(file);
        assertThat(Arrays.copyOf(content, 6)).isEqualTo(new byte[] {'T', 'G', 'K', 'S', 1, 1});
        assertThat(ByteBuffer.wrap(content).getInt(6)).isEqualTo(600_000);
    }

    @Test
    void create_twice_sharesNothing() throws IOException {
        byte[] first = Keysets.content();
        Path file = directory.resolve("new");
        TinkKeyset.create(file, Keysets.passphrase());
        byte[] second = Files.readAllBytes(file);

        assertThat(Arrays.copyOfRange(first, 10, 26)).isNotEqualTo(Arrays.copyOfRange(second, 10, 26));
        assertThat(Arrays.copyOfRange(first, 26, 58)).isNotEqualTo(Arrays.copyOfRange(second, 26, 58));
    }

    @Test
    void create_existingFile_isRefusedAndUnchanged() throws IOException {
        Path file = Keysets.keyset(directory);

        assertThatThrownBy(() -> TinkKeyset.create(file, Keysets.passphrase()))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.code()).isEqualTo("file-exists"));
        assertThat(file).hasBinaryContent(Keysets.content());
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 599_999, 10_000_001, Integer.MAX_VALUE})
    void create_iterationsOutOfRange_makesNoFile(int iterations) {
        Path file = directory.resolve("new");

        assertThatThrownBy(() -> TinkKeyset.create(file, Keysets.passphrase(), iterations))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("600000 to 10000000");
        assertThat(file).doesNotExist();
    }

    @Test
    void open_otherPassphrase_isDenied() throws IOException {
        Path file = Keysets.keyset(directory);

        assertThatThrownBy(() -> TinkKeyset.open(file, Passphrase.copyOf((Keysets.PASSPHRASE + "!").toCharArray())))
                .isInstanceOf(DeniedException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void addKey_isLastAndNotPrimary() throws IOException {
        TinkKeyset keyset = open();
        KeyVersion first = keyset.versions().get(0);
        KeyVersion added = keyset.addKey();

        assertThat(added.primary()).isFalse();
        assertThat(keyset.versions()).containsExactly(first, added);
    }

    @Test
    void promote_version_isTheOnlyPrimary() throws IOException {
        TinkKeyset keyset = open();
        String first = keyset.versions().get(0).version();
        String added = keyset.addKey().version();
        keyset.promote(added);

        assertThat(keyset.versions()).containsExactly(new KeyVersion(first, false), new KeyVersion(added, true));
    }

    @Test
    void promote_unknownVersion_isRefusedAndUnchanged() throws IOException {
        TinkKeyset keyset = open();

        assertThatThrownBy(() -> keyset.promote("17"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("17")
                .hasMessageContaining(keyset.versions().get(0).version());
        assertThat(directory.resolve("keyset")).hasBinaryContent(Keysets.content());
    }

    @Test
    void addKey_sameHeadNewNonce_changesEveryPartOfTheCiphertext() throws IOException {
        TinkKeyset keyset = open();
        keyset.addKey();
        byte[] content = Files.readAllBytes(directory.resolve("keyset"));

        assertThat(Arrays.copyOf(content, 58)).isEqualTo(Arrays.copyOf(Keysets.content(), 58));
        assertThat(Arrays.copyOfRange(content, 58, 70)).isNotEqualTo(Arrays.copyOfRange(Keysets.content(), 58, 70));
    }

    @Test
    void rewrapPassphrase_keepsTheKeysAndShutsTheOldOneOut() throws IOException {
        TinkKeyset keyset = open();
        TinkKeyset second = TinkKeyset.open(directory.resolve("keyset"), Keysets.passphrase());
        Passphrase next = Passphrase.copyOf("another-passphrase-than-before".toCharArray());
        keyset.rewrapPassphrase(next, 700_000);

        Path file = directory.resolve("keyset");
        assertThat(TinkKeyset.open(file, next).versions()).isEqualTo(keyset.versions());
        assertThat(ByteBuffer.wrap(Files.readAllBytes(file)).getInt(6)).isEqualTo(700_000);
        assertThatThrownBy(() -> TinkKeyset.open(file, Keysets.passphrase())).isInstanceOf(DeniedException.class);
        assertThatThrownBy(second::addKey).isInstanceOf(DeniedException.class).hasMessageContaining("Open it again");
        assertThatCode(keyset::addKey).doesNotThrowAnyException();
    }

    @Test
    void rewrapPassphrase_iterationsOutOfRange_leavesTheFileAlone() throws IOException {
        TinkKeyset keyset = open();

        assertThatThrownBy(() -> keyset.rewrapPassphrase(Keysets.passphrase(), 1))
                .isInstanceOf(ConfigurationException.class);
        assertThat(directory.resolve("keyset")).hasBinaryContent(Keysets.content());
    }
}
