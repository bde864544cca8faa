package dev.tegula.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tegula.failure.RefusedException;
import dev.tegula.failure.UnavailableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing that exists is overwritten, nothing begun is left behind; what fails says which file, why, and what to do. */
class DurableFileTest {

    private static final byte[] CONTENT = "text".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder;

    private List<Path> left() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.toList();
        }
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void create_somethingThere_leavesItAlone() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "old");

        assertThatThrownBy(() -> DurableFile.create("The backup " + file, file, CONTENT))
                .isInstanceOf(RefusedException.class)
                .hasMessage("The backup " + file + " exists already and is not overwritten.");
        assertThat(file).hasContent("old");
        assertThat(left()).containsExactly(file);
    }

    @Test
    void create_linkToNothingThere_isRefused() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("elsewhere"));

        assertThatThrownBy(() -> DurableFile.create("x", link, CONTENT)).isInstanceOf(RefusedException.class);
        assertThat(left()).containsExactly(link);
    }

    @Test
    void create_byTwoAtOnce_isDoneByOne() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 50; round++) {
                Path file = folder.resolve("file" + round);
                CyclicBarrier start = new CyclicBarrier(2);
                List<Future<Boolean>> both = new ArrayList<>();
                for (byte who = 0; who < 2; who++) {
                    byte[] content = {who};
                    both.add(pool.submit(() -> {
                        start.await();
                        try {
                            DurableFile.create("x", file, content);
                            return true;
                        } catch (RefusedException e) {
                            return false;
                        }
                    }));
                }
                boolean first = both.get(0).get();
                assertThat(both.get(1).get()).isNotEqualTo(first);
                assertThat(Files.readAllBytes(file)).containsExactly(first ? 0 : 1);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void createAndReplace_leaveOneFileOfMode0600() throws Exception {
        Path file = folder.resolve("new");
        DurableFile.create("x", file, CONTENT);
        assertThat(mode(file)).isEqualTo("rw-------");

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        DurableFile.replace("x", file, new byte[] {7});
        assertThat(mode(file)).isEqualTo("rw-------");
        assertThat(Files.readAllBytes(file)).containsExactly(7);
        assertThat(left()).containsExactly(file);
    }

    @Test
    void createOrReplace_folderMissing_isUnavailable() {
        Path file = folder.resolve("none").resolve("file");

        assertThatThrownBy(() -> DurableFile.create("x", file, CONTENT)).isInstanceOf(UnavailableException.class);
        assertThatThrownBy(() -> DurableFile.replace("x", file, CONTENT)).isInstanceOf(UnavailableException.class);
    }

    @Test
    void makeFolderOf_missingOne_makesIt() throws Exception {
        Path file = folder.resolve("a").resolve("b").resolve("file");
        DurableFile.makeFolderOf(file);
        DurableFile.makeFolderOf(file);

        DurableFile.create("x", file, CONTENT);
        assertThatThrownBy(() -> DurableFile.makeFolderOf(file.resolve("below")))
                .isInstanceOf(UnavailableException.class)
                .hasMessage("Cannot make the folder " + file + ": there is a file with that name. Move it away.");
    }

    @Test
    void replace_targetIsAFolder_leavesNothingBehind() throws Exception {
        Path target = Files.createDirectory(folder.resolve("target"));
        Files.writeString(target.resolve("inside"), "x");

        assertThatThrownBy(() -> DurableFile.replace("x", target, CONTENT)).isInstanceOf(UnavailableException.class);
        assertThat(left()).containsExactly(target);
    }

    @Test
    void create_ofANameTheDiskRefuses_saysFileReasonAndCure() throws Exception {
        Path file = folder.resolve("n".repeat(300));

        assertThatThrownBy(() -> DurableFile.create(file.toString(), file, CONTENT))
                .isInstanceOf(UnavailableException.class)
                .hasMessage(file + " cannot be written, and nothing is left of it (File name too long)."
                        + " When that is mended, try again.");
        assertThat(left()).isEmpty();
    }

    @Test
    void rename_ofWhatIsGone_saysBothFilesAndReason() {
        Path from = folder.resolve("from");
        Path to = folder.resolve("to");

        assertThatThrownBy(() -> DurableFile.rename(from, to))
                .isInstanceOf(UnavailableException.class)
                .hasMessageStartingWith(
                        "Cannot move " + from + " to " + to + " (NoSuchFileException). When that is mended,");
    }

    @Test
    void rename_toANameThatIsTaken_isRefused() throws Exception {
        Path from = Files.writeString(folder.resolve("from"), "new");
        Path to = Files.writeString(folder.resolve("to"), "old");

        assertThatThrownBy(() -> DurableFile.rename(from, to)).isInstanceOf(RefusedException.class);
        assertThat(to).hasContent("old");
    }

    @Test
    void delete_ofAFolderThatIsNotEmpty_saysFileAndReason() throws Exception {
        Path file = Files.createDirectory(folder.resolve("begun"));
        Files.writeString(file.resolve("inside"), "x");

        assertThatThrownBy(() -> DurableFile.delete(file))
                .isInstanceOf(UnavailableException.class)
                .hasMessageStartingWith("Cannot delete " + file + " (DirectoryNotEmptyException).");
    }
}
