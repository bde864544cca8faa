package dev.tegula.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.UnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One mode check for every file with a secret, and what each kind is asked for besides. */
class PrivateFileTest {

    private static final byte[] CONTENT = {1, 2, 3};

    @TempDir
    Path folder;

    private Path path;
    private long uid;

    @BeforeEach
    void write() throws IOException {
        path = Files.write(folder.resolve("file"), CONTENT);
        mode("rw-------");
        uid = ((Number) Files.getAttribute(path, "unix:uid")).longValue();
    }

    private void mode(String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    private static PrivateFile file(Path path, FileDemands demands) {
        return new PrivateFile("The token " + path, path, "Make one.", demands);
    }

    private PrivateFile secret() {
        return file(path, FileDemands.secret());
    }

    private PrivateFile owned(Path which) {
        return file(which, FileDemands.ownedBy(uid, 1000));
    }

    @Test
    void read_ofMode0600_givesTheContent() {
        assertThat(secret().read()).isEqualTo(CONTENT);
        assertThat(owned(path).read()).isEqualTo(CONTENT);
        assertThat(owned(path).demands().withoutLink().link()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r--r--", "rw-r-----", "rw--w----", "rw-----w-", "rw------x", "rw---x---"})
    void readOrCheck_anyRightOfOthers_isRefusedWithFoundExpectedAndCommand(String permissions) throws IOException {
        mode(permissions);

        for (PrivateFile file : new PrivateFile[] {secret(), owned(path)}) {
            assertThatThrownBy(file::read)
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageStartingWith("The token " + path + " has mode 06")
                    .hasMessageContaining("expected is 0600. Run: chmod 600 '" + path + "'");
            assertThatThrownBy(file::check).isInstanceOf(ConfigurationException.class);
        }
    }

    @Test
    void read_mounted0644_isRead() throws IOException {
        mode("rw-r--r--");

        assertThat(file(path, FileDemands.mounted()).read()).isEqualTo(CONTENT);
    }

    @Test
    void read_quoteInThePath_isQuotedForTheShell() throws IOException {
        path = Files.write(folder.resolve("it's"), CONTENT);
        mode("rw-r--r--");

        assertThatThrownBy(() -> secret().read()).hasMessageEndingWith("/it'\\''s'");
    }

    @Test
    void read_fileOfAnotherUser_isRefusedWithTheCommand() {
        assertThatThrownBy(() -> file(path, FileDemands.ownedBy(uid + 1, 100)).read())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("belongs to user id " + uid)
                .hasMessageContaining("chown " + (uid + 1) + " '" + path + "'");
        assertThat(secret().read()).isEqualTo(CONTENT);
    }

    @Test
    void read_afterChown_isRefused() throws IOException {
        assumeTrue(uid == 0, "only root gives files away");
        Files.setAttribute(path, "unix:uid", 12345);

        assertThatThrownBy(() -> owned(path).read())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("12345");
    }

    @Test
    void read_linkWhereNoneMayBe_isRefused() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), path);

        assertThatThrownBy(() ->
                        file(link, FileDemands.ownedBy(uid, 100).withoutLink()).read())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("symbolic link");
    }

    @Test
    void read_link_checksItsTarget() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), path);
        PrivateFile named = file(link, FileDemands.secret());
        assertThat(owned(link).read()).isEqualTo(CONTENT);
        assertThat(named.read()).isEqualTo(CONTENT);

        mode("rw-r--r--");
        assertThatThrownBy(() -> owned(link).read()).isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(named::read).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void read_folderOnTheWayIsALink_isFollowed() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("here"), folder);

        assertThat(owned(link.resolve("file")).read()).isEqualTo(CONTENT);
    }

    @Test
    void read_folder_isRefused() {
        assertThatThrownBy(() -> owned(folder).read())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("not a plain file");
    }

    /** As a shell hands a secret over without a file: {@code --password-file <(pass show clinic)}. */
    @Test
    void read_pipe_isReadWhereNoPlainFileIsDemanded() throws Exception {
        Path pipe = folder.resolve("pipe");
        Process made = new ProcessBuilder("mkfifo", "-m", "600", pipe.toString()).start();
        assumeTrue(made.waitFor() == 0, "this system makes no pipes");
        Process writer = new ProcessBuilder("sh", "-c", "printf 123 > \"$0\"", pipe.toString()).start();

        assertThat(file(pipe, FileDemands.secret()).read()).asString().isEqualTo("123");
        assertThat(writer.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThatThrownBy(() -> owned(pipe).read()).hasMessageContaining("not a plain file");
    }

    @Test
    void readOrCheck_missing_saysWhereAndWhatToDo() {
        Path missing = folder.resolve("missing");

        for (FileDemands demands :
                new FileDemands[] {FileDemands.secret(), FileDemands.mounted(), FileDemands.ownedBy(uid, 100)}) {
            assertThatThrownBy(() -> file(missing, demands).read())
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessage("The token " + missing + " does not exist. Make one.");
        }
        assertThatThrownBy(() -> file(missing, FileDemands.secret()).check())
                .isInstanceOf(ConfigurationException.class);
    }

    @Test
    void read_tooLarge_isRefused() throws IOException {
        assertThatThrownBy(() -> file(path, FileDemands.ownedBy(uid, 2)).read())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("3 bytes; at most 2");
        Files.write(path, new byte[(64 << 10) + 1]);
        assertThatThrownBy(() -> file(path, FileDemands.mounted()).read())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("more than 65536 bytes");
        Files.write(path, new byte[64 << 10]);
        assertThat(file(path, FileDemands.mounted()).read()).hasSize(64 << 10);
    }

    @Test
    void read_unreadable_isUnavailable() throws IOException {
        Path loop = folder.resolve("loop");
        Files.createSymbolicLink(loop, loop);

        assertThatThrownBy(() -> owned(loop.resolve("keyset")).read())
                .isInstanceOf(UnavailableException.class)
                .hasCauseInstanceOf(IOException.class);
    }
}
