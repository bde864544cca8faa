package dev.tegula.cli.backup;

import dev.tegula.failure.RefusedException;
import dev.tegula.failure.UnavailableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/** Files that must not be there yet, mode 0600. */
public final class NewFile {

    private NewFile() {}

    /**
     * Writes a new file and forces it and its folder to the disk. The folder is made if it is missing. A file of that name
     * is whole from its first moment: whoever is killed while it is written, or finds the disk full, leaves none.
     *
     * @throws RefusedException code {@code file-exists}, if something is there already
     * @throws UnavailableException if it cannot be written
     */
    public static void write(Path file, String content) {
        Path target = file.toAbsolutePath();
        Path fresh = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            makeFolder(folder(target));
            try {
                fill(fresh, content);
                name(fresh, target, content);
            } finally {
                Files.deleteIfExists(fresh);
            }
            sync(target);
        } catch (FileAlreadyExistsException e) {
            throw new RefusedException("file-exists", file + " exists already and is not overwritten.");
        } catch (IOException e) {
            throw new UnavailableException("Cannot write " + file + " (" + reason(e)
                    + "); nothing is left of it. When that is mended, run the same command again.");
        }
    }

    /**
     * Deletes what a run that was killed left behind.
     *
     * @throws UnavailableException if it is there and cannot be deleted
     */
    public static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UnavailableException("Cannot delete " + file + " (" + reason(e)
                    + "). Delete it yourself, then run the same command again.");
        }
    }

    /** What the operating system says of a file, for example that no space is left; never what is in it. */
    public static String reason(IOException failure) {
        String said = failure instanceof FileSystemException ofFile
                ? ofFile.getReason()
                : failure.getClass() == IOException.class ? failure.getMessage() : null;
        return said == null ? failure.getClass().getSimpleName() : said;
    }

    /** A link is made or refused at once, and overwrites nothing; some file systems have none. */
    private static void name(Path fresh, Path target, String content) throws IOException {
        try {
            Files.createLink(target, fresh);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (FileSystemException | UnsupportedOperationException withoutLinks) {
            fill(target, content);
        }
    }

    private static void fill(Path file, String content) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            fill(channel, file, content);
        }
    }

    private static void fill(FileChannel channel, Path file, String content) throws IOException {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    private static void makeFolder(Path folder) throws IOException {
        try {
            Files.createDirectories(folder);
        } catch (FileAlreadyExistsException e) {
            throw new UnavailableException(
                    "Cannot make the folder " + folder + ": there is a file with that name. Move it away.");
        }
    }

    private static void sync(Path file) throws IOException {
        try (FileChannel entries = FileChannel.open(folder(file), StandardOpenOption.READ)) {
            entries.force(true);
        }
    }

    private static Path folder(Path absolute) {
        return Objects.requireNonNull(absolute.getParent(), "an absolute path of a file has a parent");
    }
}
