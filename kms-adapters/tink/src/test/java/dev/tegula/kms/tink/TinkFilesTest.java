package dev.tegula.kms.tink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import dev.tegula.failure.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked of the two files; {@code PrivateFileTest} of the core shows the checks themselves. */
class TinkFilesTest {

    private static final byte[] CONTENT = {1, 2, 3};

    @TempDir
    Path folder;

    @Test
    void keyset_behindALink_isRefused() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Keysets.write(folder.resolve("file"), CONTENT));

        assertThatThrownBy(() -> TinkFiles.keyset(link).read())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("symbolic link");
        assertThat(TinkFiles.passphrase(link).read()).isEqualTo(CONTENT);
    }

    @Test
    void either_ofAnotherUser_isRefused() throws IOException {
        assumeTrue(new UnixSystem().getUid() == 0, "only root gives files away");
        Path file = Keysets.write(folder.resolve("file"), CONTENT);
        Files.setAttribute(file, "unix:uid", 12345);

        assertThatThrownBy(() -> TinkFiles.keyset(file).read()).hasMessageContaining("belongs to user id 12345");
        assertThatThrownBy(() -> TinkFiles.passphrase(file).read()).hasMessageContaining("belongs to user id 12345");
    }

    @Test
    void either_missing_isNamedWithTheCure() {
        Path missing = folder.resolve("missing");

        assertThatThrownBy(() -> TinkFiles.keyset(missing).read())
                .hasMessageStartingWith("The keyset " + missing + " does not exist.")
                .hasMessageContaining("`tegula init`");
        assertThatThrownBy(() -> TinkFiles.passphrase(missing).read())
                .hasMessageStartingWith("The passphrase file " + missing + " does not exist.");
    }
}
