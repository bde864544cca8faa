package dev.tegula.cli.backup;

import dev.tegula.failure.RefusedException;
import dev.tegula.failure.UnavailableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Writes files that must not be there yet, mode 0600. */
public final class NewFile {

    private NewFile() {}

    /**
     * Writes a new file and forces it and its folder to the disk. The folder is made if it is missing. What cannot be
     * written to its end is deleted.
     *
     * @throws RefusedException code {@code file-exists}, if something is there already
     * @throws UnavailableException if it cannot be written
     */
    public static void write(Path file, String content) {
        Path folder = file.toAbsolutePath().getParent();
        try {
            if (folder != null) {
                Files.createDirectories(folder);
            }
            try (FileChannel channel = FileChannel.open(
                    file,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                fill(channel, file, content);
            }
            if (folder != null) {
                try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
                    entries.force(true);
                }
            }
        } catch (FileAlreadyExistsException e) {
            throw new RefusedException(
                    "file-exists", file + " exists already and is not overwritten. Nothing was changed.");
        } catch (IOException e) {
            throw new UnavailableException(
                    "Cannot write " + file + " (" + e.getClass().getSimpleName() + ").");
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
}
