package dev.tegula.cli.command;

import static dev.tegula.cli.ClinicDatabase.expect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tegula.cli.ClinicDatabase;
import dev.tegula.cli.Transcript;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is full: what failed, why, and that the same command goes on when there is room. Needs the right to mount one. */
@Tag("long")
class DiskFullTest {

    private static final String REASON = "(No space left on device)";
    private static final String CURE = "When that is mended, ";

    @TempDir
    Path folder;

    private final List<Path> mounted = new java.util.ArrayList<>();

    @AfterEach
    void unmount() throws Exception {
        for (Path disk : mounted) {
            shell("umount", disk.toString());
        }
    }

    @Test
    void init_onADiskThatIsFullAtAnyFile_goesOnWhenThereIsRoom() throws Exception {
        TreeSet<String> places = new TreeSet<>();
        boolean whole = false;
        for (int kilobytes = 4; !whole && kilobytes <= 64; kilobytes += 4) {
            Path disk = disk(kilobytes + "k");
            ClinicDatabase clinic = ClinicDatabase.empty(disk);
            Transcript first = clinic.init();
            whole = first.exit() == 0;
            if (!whole) {
                assertThat(first.exit()).as(first.all()).isEqualTo(4);
                assertThat(first.err().replaceAll("\\s+", " ")).contains(REASON, CURE, disk.toString());
                assertThat(files(disk)).noneMatch(name -> name.endsWith(".tmp"));
                places.add(first.err().replaceAll("(?s).*/disk\\d+k/([^ ]+) .*", "$1"));
                grow(disk);
                expect(0, clinic.init());
                assertThat(files(disk)).noneMatch(name -> name.endsWith(".tmp") || name.endsWith(".new"));
                expect(0, clinic.run("doctor"));
                expect(0, clinic.run("keys", "create", "patient.ssn", "--activate"));
            }
        }
        assertThat(whole).isTrue();
        assertThat(places).as("files it was full at").hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void backup_onAFullDisk_leavesNoFileAndGoesOnWhenThereIsRoom() throws Exception {
        Path disk = disk("1m");
        ClinicDatabase clinic = ClinicDatabase.empty(disk);
        expect(0, clinic.init());
        expect(0, clinic.run("keys", "create", "patient.ssn", "--activate"));
        List<String> before = files(disk);
        Path filler = disk.resolve("filler");
        fill(filler);

        Transcript full = expect(4, clinic.run("keys", "backup"));
        assertThat(full.err().replaceAll("\\s+", " ")).contains(REASON, CURE, disk.toString());
        Files.delete(filler);
        assertThat(files(disk)).isEqualTo(before);
        expect(0, clinic.run("keys", "backup"));
    }

    private Path disk(String size) throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk" + size));
        assumeTrue(
                shell("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", disk.toString()),
                "skipped: a full disk is a tmpfs of a few pages, and this user may mount none");
        mounted.add(disk);
        return disk;
    }

    private static void grow(Path disk) throws Exception {
        assertThat(shell("mount", "-o", "remount,size=1m", disk.toString())).isTrue();
    }

    private static void fill(Path filler) {
        try (OutputStream all = Files.newOutputStream(filler)) {
            while (true) {
                all.write(new byte[4096]);
            }
        } catch (IOException full) {
            // as wanted
        }
    }

    private static List<String> files(Path disk) throws IOException {
        try (Stream<Path> files = Files.walk(disk)) {
            return files.map(Path::toString).sorted().toList();
        }
    }

    private static boolean shell(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor(5, TimeUnit.MINUTES) && process.exitValue() == 0;
    }
}
