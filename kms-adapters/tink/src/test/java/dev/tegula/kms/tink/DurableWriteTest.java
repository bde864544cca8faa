package dev.tegula.kms.tink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.RefusedException;
import dev.tegula.failure.UnavailableException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be renamed or deleted says which file, and why. */
class DurableWriteTest {

    @TempDir
    Path folder;

    @Test
    void rename_ofWhatIsGone_saysBothFilesAndReason() {
        Path from = folder.resolve("from");
        Path to = folder.resolve("to");

        assertThatThrownBy(() -> DurableWrite.rename(from, to))
                .isInstanceOf(UnavailableException.class)
                .hasMessageStartingWith(
                        "Cannot move " + from + " to " + to + " (NoSuchFileException). When that is mended,");
    }

    @Test
    void rename_toANameThatIsTaken_isRefused() throws Exception {
        Path from = Files.writeString(folder.resolve("from"), "new");
        Path to = Files.writeString(folder.resolve("to"), "old");

        assertThatThrownBy(() -> DurableWrite.rename(from, to)).isInstanceOf(RefusedException.class);
        assertThat(to).hasContent("old");
    }

    @Test
    void delete_ofAFolderThatIsNotEmpty_saysFileAndReason() throws Exception {
        Path file = Files.createDirectory(folder.resolve("begun"));
        Files.writeString(file.resolve("inside"), "x");

        assertThatThrownBy(() -> DurableWrite.delete(file))
                .isInstanceOf(UnavailableException.class)
                .hasMessageStartingWith("Cannot delete " + file + " (DirectoryNotEmptyException).");
    }
}
