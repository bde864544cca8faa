package dev.tegula.cli.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.UnavailableException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be written says which file, why, and what to do. */
class NewFileTest {

    @TempDir
    Path folder;

    @Test
    void write_ofANameTheDiskRefuses_saysFileReasonAndCure() throws Exception {
        Path file = folder.resolve("n".repeat(300));

        assertThatThrownBy(() -> NewFile.write(file, "text"))
                .isInstanceOf(UnavailableException.class)
                .hasMessage("Cannot write " + file
                        + " (File name too long); nothing is left of it. When that is mended, run"
                        + " the same command again.");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void delete_ofAFolderThatIsNotEmpty_saysFileReasonAndCure() throws Exception {
        Path file = Files.createDirectory(folder.resolve("begun"));
        Files.writeString(file.resolve("inside"), "x");

        assertThatThrownBy(() -> NewFile.delete(file))
                .isInstanceOf(UnavailableException.class)
                .hasMessage("Cannot delete " + file
                        + " (DirectoryNotEmptyException). Delete it yourself, then run the same" + " command again.");
    }
}
