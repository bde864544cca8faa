package dev.tegula.kms.tink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.RefusedException;
import dev.tegula.failure.UnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrivateFileTest {

    private static final long UID = new UnixSystem().getUid();
    private static final byte[] CONTENT = {1, 2, 3};

    @TempDir
    Path directory;

    private Path file() throws IOException {
        return Keysets.write(directory.resolve("file"), CONTENT);
    }

    @Test
    void read_ownFileOfMode0600_givesItsContent() throws IOException {
        assertThat(PrivateFile.keyset(file()).read()).isEqualTo(CONTENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r--r--", "rw-r-----", "rw--w----", "rw-----w-", "rw------x"})
    void read_anyRightOfOthers_isRefusedWithTheCommand(String permissions) throws IOException {
        Path file = file();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));

        assertThatThrownBy(() -> PrivateFile.keyset(file).read())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("chmod 600 '" + file + "'");
    }

    @Test
    void read_mode0644_saysSo() throws IOException {
        Path file = file();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        assertThatThrownBy(() -> PrivateFile.passphrase(file).read()).hasMessageContaining("mode 0644");
    }

    @Test
    void read_quoteInThePath_isQuotedForTheShell() throws IOException {
        Path file = Keysets.write(directory.resolve("it's"), CONTENT);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        assertThatThrownBy(() -> PrivateFile.keyset(file).read()).hasMessageEndingWith("/it'\\''s'");
    }

    @Test
    void read_fileOfAnotherUser_isRefusedWithTheCommand() throws IOException {
        Path file = file();
        PrivateFile asAnother = new PrivateFile("keyset", file, false, 100, UID + 1);

        assertThatThrownBy(asAnother::read)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("belongs to user id " + UID)
                .hasMessageContaining("chown " + (UID + 1) + " '" + file + "'");
    }

    @Test
    void read_afterChown_isRefused() throws IOException {
        assumeTrue(UID == 0, "only root gives files away");
        Path file = file();
        Files.setAttribute(file, "unix:uid", 12345);

        assertThatThrownBy(() -> PrivateFile.keyset(file).read())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("12345");
    }

    @Test
    void read_keysetIsALink_isRefused() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), file());

        assertThatThrownBy(() -> PrivateFile.keyset(link).read())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("symbolic link");
    }

    @Test
    void read_passphraseIsALink_checksItsTarget() throws IOException {
        Path file = file();
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        assertThat(PrivateFile.passphrase(link).read()).isEqualTo(CONTENT);

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> PrivateFile.passphrase(link).read()).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void read_directoryOnTheWayIsALink_isFollowed() throws IOException {
        file();
        Path link = Files.createSymbolicLink(directory.resolve("here"), directory);

        assertThat(PrivateFile.keyset(link.resolve("file")).read()).isEqualTo(CONTENT);
    }

    @Test
    void read_directory_isRefused() {
        assertThatThrownBy(() -> PrivateFile.keyset(directory).read())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("not a plain file");
    }

    @Test
    void read_missing_saysWhere() {
        Path missing = directory.resolve("missing");

        assertThatThrownBy(() -> PrivateFile.keyset(missing).read())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(missing.toString());
        assertThatThrownBy(() -> PrivateFile.passphrase(missing).read())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("passphrase file");
    }

    @Test
    void read_tooLarge_isRefused() throws IOException {
        PrivateFile small = new PrivateFile("keyset", file(), false, 2, UID);

        assertThatThrownBy(small::read)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("3 bytes; at most 2");
    }

    @Test
    void read_unreadable_isUnavailable() throws IOException {
        Path loop = directory.resolve("loop");
        Files.createSymbolicLink(loop, loop);

        assertThatThrownBy(() -> PrivateFile.keyset(loop.resolve("keyset")).read())
                .isInstanceOf(UnavailableException.class)
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void create_somethingThere_leavesItAlone() throws IOException {
        Path file = file();

        assertThatThrownBy(() -> PrivateFile.keyset(file).create(new byte[] {9}))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(file.toString());
        assertThat(Files.readAllBytes(file)).isEqualTo(CONTENT);
    }

    @Test
    void createAndReplace_leaveOneFileOfMode0600() throws IOException {
        Path path = directory.resolve("new");
        PrivateFile file = PrivateFile.keyset(path);
        file.create(CONTENT);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");

        file.replace(new byte[] {7});
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        assertThat(file.read()).containsExactly(7);
        try (Stream<Path> all = Files.list(directory)) {
            assertThat(all).containsExactly(path);
        }
    }

    @Test
    void createOrReplace_directoryMissing_isUnavailable() {
        PrivateFile file = PrivateFile.keyset(directory.resolve("none").resolve("file"));

        assertThatThrownBy(() -> file.create(CONTENT)).isInstanceOf(UnavailableException.class);
        assertThatThrownBy(() -> file.replace(CONTENT)).isInstanceOf(UnavailableException.class);
    }

    @Test
    void replace_targetIsADirectory_leavesNothingBehind() throws IOException {
        Path target = Files.createDirectory(directory.resolve("target"));

        assertThatThrownBy(() -> PrivateFile.keyset(target).replace(CONTENT)).isInstanceOf(UnavailableException.class);
        try (Stream<Path> all = Files.list(directory)) {
            assertThat(all).containsExactly(target);
        }
    }
}
