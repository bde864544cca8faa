package dev.tegula.kms.tink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.RefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PassphraseTest {

    private static final String SIXTEEN = "sixteen-letters!";

    @TempDir
    Path directory;

    private Passphrase read(String content) throws IOException {
        return Passphrase.fromFile(
                Keysets.write(directory.resolve("passphrase"), content.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void generate_twice_differsAndHas140Bits() {
        String first = new String(Passphrase.generate(new SecureRandom()).characters());
        String second = new String(Passphrase.generate(new SecureRandom()).characters());

        assertThat(first).matches("([2-9A-HJ-NP-Z]{4}-){6}[2-9A-HJ-NP-Z]{4}").isNotEqualTo(second);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n"})
    void fromFile_trailingLineBreak_isNotPartOfIt(String end) throws IOException {
        assertThat(read(SIXTEEN + end).characters()).isEqualTo(SIXTEEN.toCharArray());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n\n", "\nsecond line", "\0", "\t", "\r"})
    void fromFile_controlCharacter_isRefused(String end) throws IOException {
        assertThatThrownBy(() -> read(SIXTEEN + end))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("one line")
                .hasMessageContaining("passphrase file");
    }

    @Test
    void fromFile_noUtf8_isRefused() throws IOException {
        Path file = Keysets.write(
                directory.resolve("passphrase"), SIXTEEN.concat("\u00e9").getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> Passphrase.fromFile(file))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("UTF-8");
    }

    @Test
    void copyOf_fifteenCharacters_isRefused() {
        assertThatThrownBy(() -> Passphrase.copyOf(SIXTEEN.substring(1).toCharArray()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("16 to 1024")
                .hasMessageContaining("not 15");
    }

    @Test
    void copyOf_fifteenCharactersOutsideTheBasicPlane_areNotThirty() {
        assertThatThrownBy(() -> Passphrase.copyOf("\ud83d\udd11".repeat(15).toCharArray()))
                .hasMessageContaining("not 15");
    }

    @Test
    void copyOf_tooLong_isRefused() {
        assertThatThrownBy(() -> Passphrase.copyOf(new char[1025])).hasMessageContaining("not 1025");
    }

    @Test
    void copyOf_unpairedSurrogate_isRefused() {
        assertThatThrownBy(() -> Passphrase.copyOf((SIXTEEN + "\ud83d").toCharArray()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("surrogate");
    }

    @Test
    void writeTo_thenFromFile_givesItBack() throws IOException {
        Path file = directory.resolve("made");
        Passphrase made = Passphrase.copyOf((SIXTEEN + "\u00e9\ud83d\udd11").toCharArray());
        made.writeTo(file);

        assertThat(Passphrase.fromFile(file).characters()).isEqualTo(made.characters());
        assertThat(Files.readString(file)).endsWith("\n");
    }

    @Test
    void writeTo_existingFile_isRefused() throws IOException {
        Path file = Keysets.write(directory.resolve("made"), new byte[0]);

        assertThatThrownBy(() -> Keysets.passphrase().writeTo(file)).isInstanceOf(RefusedException.class);
        assertThat(file).isEmptyFile();
    }

    @Test
    void close_wipesItAndTheCallersArrayIsItsOwn() {
        char[] mine = SIXTEEN.toCharArray();
        Passphrase passphrase = Passphrase.copyOf(mine);
        passphrase.close();

        assertThat(passphrase.characters()).containsOnly('\0');
        assertThat(mine).isEqualTo(SIXTEEN.toCharArray());
    }

    @Test
    void toString_ofAPassphrase_tellsItsLength() {
        assertThat(Passphrase.copyOf(SIXTEEN.toCharArray())).hasToString("Passphrase[16 characters]");
    }
}
