package dev.tegula.kms.tink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.DeniedException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.kms.Kek;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a running application says to a changed file, and what opening one says where that differs. */
class KeysetTamperingTest {

    private static final int HEAD_BYTES = 58;

    @TempDir
    static Path directory;

    private static Path file;
    private static Path passphraseFile;
    private static Kek kek;

    @BeforeAll
    static void open() throws IOException {
        file = Keysets.keyset(directory);
        passphraseFile = Keysets.passphraseFile(directory);
        kek = TinkKms.open(file, passphraseFile).kek("primary");
    }

    private static byte[] changed(int offset, int xor) {
        byte[] content = Keysets.content();
        content[offset] ^= (byte) xor;
        return content;
    }

    private static byte[] withIterations(long iterations) {
        byte[] content = Keysets.content();
        ByteBuffer.wrap(content).putInt(6, (int) iterations);
        return content;
    }

    @Test
    void status_cutAtAnyLength_isAnIntegrityFailure() throws IOException {
        for (int length = 0; length < Keysets.content().length; length++) {
            Keysets.write(file, Arrays.copyOf(Keysets.content(), length));

            assertThatThrownBy(kek::status).as("%d bytes", length).isInstanceOf(IntegrityException.class);
        }
        Keysets.keyset(directory);
        assertThat(kek.status().usable()).isTrue();
    }

    @Test
    void status_anyByteAfterTheHeadChanged_isAnIntegrityFailure() throws IOException {
        for (int i = HEAD_BYTES; i < Keysets.content().length; i++) {
            Keysets.write(file, changed(i, 0x80));

            assertThatThrownBy(kek::status).as("byte %d", i).isInstanceOf(IntegrityException.class);
        }
    }

    @Test
    void status_byteAppended_isAnIntegrityFailure() throws IOException {
        Keysets.write(file, Arrays.copyOf(Keysets.content(), Keysets.content().length + 1));

        assertThatThrownBy(kek::status).isInstanceOf(IntegrityException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void status_magicChanged_isNoKeyset(int offset) throws IOException {
        Keysets.write(file, changed(offset, 0x20));

        assertThatThrownBy(kek::status)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("does not begin with TGKS");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 3, 255})
    void status_fileVersionOrDerivationUnknown_namesWhatCame(int value) throws IOException {
        for (int offset : new int[] {4, 5}) {
            byte[] content = Keysets.content();
            content[offset] = (byte) value;
            Keysets.write(file, content);

            assertThatThrownBy(kek::status)
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining((offset == 4 ? "version " : "derivation ") + value);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 599_999, 10_000_001, 1L << 31, 0xffff_ffffL})
    void open_iterationsOutOfRange_isRefusedBeforeThePassphraseIsRead(long iterations) throws IOException {
        Keysets.write(file, withIterations(iterations));
        Path noPassphrase = directory.resolve("none");

        assertThatThrownBy(() -> TinkKms.open(file, noPassphrase))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(iterations + " PBKDF2 iterations")
                .hasMessageContaining("600000 to 10000000");
        assertThatThrownBy(kek::status).isInstanceOf(ConfigurationException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {600_000, 10_000_000})
    void parse_iterationsAtTheLimits_areAccepted(long iterations) {
        assertThat(KeysetHeader.parse(withIterations(iterations), file).iterations())
                .isEqualTo((int) iterations);
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 10, 25, 26, 57})
    void open_iterationsSaltOrCommitmentChanged_isDenied(int offset) throws IOException {
        Keysets.write(file, changed(offset, 1));

        assertThatThrownBy(() -> TinkKms.open(file, passphraseFile))
                .isInstanceOf(DeniedException.class)
                .hasMessageContaining("does not open");
    }

    @Test
    void open_headOfAnotherFile_isAnIntegrityFailure() throws IOException {
        Path other = directory.resolve("other");
        TinkKeyset.create(other, Keysets.passphrase());
        byte[] mixed = Keysets.content();
        System.arraycopy(Files.readAllBytes(other), 0, mixed, 0, HEAD_BYTES);
        Keysets.write(file, mixed);

        assertThatThrownBy(() -> TinkKms.open(file, passphraseFile)).isInstanceOf(IntegrityException.class);
    }
}
