package dev.tegula.kms.tink;

import dev.tegula.failure.RefusedException;
import dev.tegula.failure.UnavailableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;

/** Writes files of mode 0600 that are on disk, with their name, before the call returns. */
final class DurableWrite {

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private DurableWrite() {}

    static FileAttribute<?> ownerOnly() {
        return OWNER_ONLY;
    }

    /**
     * Makes a new file; nothing that exists is ever overwritten, not even by two callers at once.
     *
     * @throws RefusedException code {@code file-exists}, if something is there already
     * @throws UnavailableException if it cannot be written; nothing is left behind
     */
    static void create(String what, Path path, byte[] content) {
        try {
            try (FileChannel channel = FileChannel.open(
                    path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY)) {
                writeOrDelete(channel, path, content);
            }
            syncDirectory(path);
        } catch (FileAlreadyExistsException e) {
            throw new RefusedException(
                    "file-exists", "There is something at " + path + " already; no " + what + " was written over it.");
        } catch (IOException e) {
            throw failed("The " + what + " " + path + " cannot be written", e);
        }
    }

    /**
     * Puts new content in place of the old: a reader and a crash see one or the other, never a part.
     *
     * @throws UnavailableException if it cannot be written; the old content stays
     */
    static void replace(String what, Path path, byte[] content) {
        try {
            Path fresh = Files.createTempFile(directory(path), "." + path.getFileName(), ".tmp", OWNER_ONLY);
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                writeOrDelete(channel, fresh, content);
            }
            moveOrDelete(fresh, path);
            syncDirectory(path);
        } catch (IOException e) {
            throw failed("The " + what + " " + path + " cannot be written", e);
        }
    }

    /**
     * Gives a file a name that nothing has yet.
     *
     * @throws RefusedException code {@code file-exists}, if something is there already
     * @throws UnavailableException if it cannot be moved
     */
    static void rename(Path from, Path to) {
        if (Files.exists(to)) {
            throw new RefusedException("file-exists", to + " exists already and is not overwritten.");
        }
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
            syncDirectory(to.toAbsolutePath());
        } catch (IOException e) {
            throw failed("Cannot move " + from + " to " + to, e);
        }
    }

    /**
     * Deletes what a run that was killed left behind.
     *
     * @throws UnavailableException if it is there and cannot be deleted
     */
    static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw failed("Cannot delete " + file, e);
        }
    }

    /** What the operating system says of a file, for example that no space is left, and that it may be tried again. */
    static UnavailableException failed(String what, IOException failure) {
        String said = failure instanceof FileSystemException ofFile
                ? ofFile.getReason()
                : failure.getClass() == IOException.class ? failure.getMessage() : null;
        return new UnavailableException(
                what + " (" + (said == null ? failure.getClass().getSimpleName() : said)
                        + "). When that is mended, try again.",
                failure);
    }

    private static void writeOrDelete(FileChannel channel, Path path, byte[] content) throws IOException {
        try {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        } catch (IOException e) {
            Files.deleteIfExists(path);
            throw e;
        }
    }

    private static void moveOrDelete(Path fresh, Path path) throws IOException {
        try {
            Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.deleteIfExists(fresh);
            throw e;
        }
    }

    /** Without this a power failure can undo the new name although the content is safe. */
    private static void syncDirectory(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(directory(path), StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static Path directory(Path path) {
        return Objects.requireNonNull(path.getParent(), "an absolute path of a file has a parent");
    }
}
