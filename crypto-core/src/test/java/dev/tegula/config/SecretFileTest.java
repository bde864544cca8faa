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

class SecretFileTest {

    @TempDir
    Path folder;

    private Path file(String mode, String content) throws IOException {
        Path file = Files.writeString(folder.resolve("secret"), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    @Test
    void read_privateFile_isItsFirstLine() throws IOException {
        assertThat(SecretFile.read("x", file("rw-------", "canary-0815\nsecond\n")))
                .isEqualTo("canary-0815");
    }

    @Test
    void read_fileThatOthersCanRead_isRefusedAndNotQuoted() throws IOException {
        Path file = file("rw-r-----", "canary-0815\n");
        assertThatThrownBy(() -> SecretFile.read("tegula.databases.clinic.password-file", file))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("tegula.databases.clinic.password-file")
                .hasMessageContaining("chmod 600")
                .hasMessageNotContaining("canary-0815");
    }

    @Test
    void read_emptyFile_isRefused() throws IOException {
        Path file = file("rw-------", "\n");
        assertThatThrownBy(() -> SecretFile.read("x", file)).hasMessageContaining("empty");
    }

    @Test
    void read_missingFile_isRefused() {
        assertThatThrownBy(() -> SecretFile.read("x", folder.resolve("none"))).hasMessageContaining("cannot read");
    }
}
