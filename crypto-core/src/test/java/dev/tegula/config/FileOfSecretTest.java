package dev.tegula.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileOfSecretTest {

    @TempDir
    Path folder;

    private Path file(String mode, String content) throws IOException {
        Path file = Files.writeString(folder.resolve("secret"), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    @Test
    void read_privateFile_isItsFirstLine() throws IOException {
        assertThat(new FileOfSecret("x", file("rw-------", "canary-0815\nsecond\n")).read())
                .containsExactly("canary-0815".toCharArray());
    }

    @Test
    void read_fileThatOthersCanRead_isRefusedAndNotQuoted() throws IOException {
        Path file = file("rw-r-----", "canary-0815\n");
        assertThatThrownBy(() -> new FileOfSecret("tegula.databases.clinic.password-file", file).read())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("tegula.databases.clinic.password-file")
                .hasMessageContaining("chmod 600")
                .hasMessageNotContaining("canary-0815");
    }

    @Test
    void read_emptyFile_isRefused() throws IOException {
        Path file = file("rw-------", "\n");
        assertThatThrownBy(() -> new FileOfSecret("x", file).read()).hasMessageContaining("empty");
    }

    @Test
    void read_missingFile_isRefused() {
        assertThatThrownBy(() -> new FileOfSecret("x", folder.resolve("none")).read())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("does not exist. It must be a file of mode 0600");
    }

    /** Whether others may run it says nothing good of a file with a password either. */
    @Test
    void readOrRequirePrivate_fileThatOthersMayExecute_isRefused() throws IOException {
        Path file = file("rw---x--x", "canary-0815\n");
        assertThatThrownBy(() -> new FileOfSecret("x", file).read()).hasMessageContaining("has mode 0611");
        assertThatThrownBy(() -> new FileOfSecret("x", file).requirePrivate())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("expected is 0600");
    }

    @Test
    void read_folderInItsPlace_isConfiguration() throws IOException {
        Path inItsPlace = Files.createDirectory(
                folder.resolve("folder"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        assertThatThrownBy(() -> new FileOfSecret("x", inItsPlace).read()).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void read_bytesThatAreNoText_areRefused() throws IOException {
        Path file = Files.write(file("rw-------", ""), new byte[] {(byte) 0xff, 'a'});
        assertThatThrownBy(() -> new FileOfSecret("x", file).read()).hasMessageContaining("not UTF-8");
    }
}
