package dev.tegula.file;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.RefusedException;
import dev.tegula.failure.UnavailableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/** Writes files of mode 0600 that are on disk, with their name, before the call returns. */
public final class DurableFile {

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private DurableFile() {}

    /**
     * Makes a new file; nothing that exists is ever overwritten, not even by two callers at once. The file is whole from
     * its first moment: a process that is killed while it is written, or finds the disk full, leaves none of that name.
     *
     * @param subject the file with what it is, for the start of a message
     * @throws RefusedException code {@code file-exists}, if something is there already
     * @throws UnavailableException if it cannot be written; nothing is left behind
     */
    public static void create(String subject, Path file, byte[] content) {
        Path target = file.toAbsolutePath();
        Path fresh = fresh(target);
        try {
            try {
                fill(fresh, content);
                name(fresh, target, content);
            } finally {
                Files.deleteIfExists(fresh);
            }
            syncFolder(target);
        } catch (FileAlreadyExistsException e) {
            throw new RefusedException("file-exists", subject + " exists already and is not overwritten.");
        } catch (IOException e) {
            throw failed(subject + " cannot be written, and nothing is left of it", e);
        }
    }

    /**
     * Refuses before the work what {@link #create} would refuse after it. Leaves nothing behind.
     *
     * @param subject the file with what it is, for the start of a message
     * @throws RefusedException code {@code file-exists}, if something is there already
     * @throws ConfigurationException if its folder is missing or takes no file of such a name, for example one that is too long
     */
    public static void requireNew(String subject, Path file) {
        Path target = file.toAbsolutePath();
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new RefusedException(
                    "file-exists", subject + " exists already and is not overwritten. Name another one.");
        }
        if (!Files.isDirectory(folder(target))) {
            throw new ConfigurationException(
                    "There is no folder " + folder(target) + " for it. Make it, or name another one.");
        }
        Path fresh = fresh(target);
        try {
            fill(fresh, new byte[0]);
            Files.delete(fresh);
        } catch (IOException e) {
            throw new ConfigurationException(
                    subject + " cannot be made in its folder (" + reason(e) + "). Name another one.", e);
        }
    }

    /**
     * Puts new content in place of the old: a reader and a crash see one or the other, never a part.
     *
     * @param subject the file with what it is, for the start of a message
     * @throws UnavailableException if it cannot be written; the old content stays
     */
    public static void replace(String subject, Path file, byte[] content) {
        Path target = file.toAbsolutePath();
        Path fresh = fresh(target);
        try {
            try {
                fill(fresh, content);
                Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(fresh);
            }
            syncFolder(target);
        } catch (IOException e) {
            throw failed(subject + " cannot be written", e);
        }
    }

    /**
     * Gives a file a name that nothing has yet.
     *
     * @throws RefusedException code {@code file-exists}, if something is there already
     * @throws UnavailableException if it cannot be moved
     */
    public static void rename(Path from, Path to) {
        if (Files.exists(to)) {
            throw new RefusedException("file-exists", to + " exists already and is not overwritten.");
        }
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
            syncFolder(to.toAbsolutePath());
        } catch (IOException e) {
            throw failed("Cannot move " + from + " to " + to, e);
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
            throw failed("Cannot delete " + file, e);
        }
    }

    /**
     * Makes the folder of a file, if it is missing.
     *
     * @throws UnavailableException if it cannot be made
     */
    public static void makeFolderOf(Path file) {
        Path folder = folder(file.toAbsolutePath());
        try {
            Files.createDirectories(folder);
        } catch (FileAlreadyExistsException e) {
            throw new UnavailableException(
                    "Cannot make the folder " + folder + ": there is a file with that name. Move it away.");
        } catch (IOException e) {
            throw failed("Cannot make the folder " + folder, e);
        }
    }

    /**
     * A channel to a file that need not exist; if it does not, it is made with mode 0600. A link is not followed.
     *
     * @throws IOException if it cannot be opened
     */
    public static FileChannel openOrMake(Path file) throws IOException {
        return FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                OWNER_ONLY);
    }

    /** What the operating system says of a file, for example that no space is left, and that it may be tried again. */
    public static UnavailableException failed(String what, IOException failure) {
        return new UnavailableException(what + " (" + reason(failure) + "). When that is mended, try again.", failure);
    }

    /** What the operating system says of a file, for example that no space is left; never what is in it. */
    public static String reason(IOException failure) {
        String said = failure instanceof FileSystemException ofFile
                ? ofFile.getReason()
                : failure.getClass() == IOException.class ? failure.getMessage() : null;
        return said == null ? failure.getClass().getSimpleName() : said;
    }

    /** A link is made or refused at once, and overwrites nothing; some file systems have none. */
    private static void name(Path fresh, Path target, byte[] content) throws IOException {
        try {
            Files.createLink(target, fresh);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (FileSystemException | UnsupportedOperationException withoutLinks) {
            fill(target, content);
        }
    }

    private static void fill(Path file, byte[] content) throws IOException {
        Set<OpenOption> fresh = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel channel = FileChannel.open(file, fresh, OWNER_ONLY)) {
            writeOrDelete(channel, file, content);
        }
    }

    private static void writeOrDelete(FileChannel channel, Path file, byte[] content) throws IOException {
        try {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    private static Path fresh(Path target) {
        return target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    }

    /** Without this a power failure can undo the new name although the content is safe. */
    private static void syncFolder(Path absolute) throws IOException {
        try (FileChannel channel = FileChannel.open(folder(absolute), StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static Path folder(Path absolute) {
        return Objects.requireNonNull(absolute.getParent(), "an absolute path of a file has a parent");
    }
}
