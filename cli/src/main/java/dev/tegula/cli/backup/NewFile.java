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
     * Writes a new file and forces it to the disk. The folder is made if it is missing.
     *
     * @throws RefusedException code {@code file-exists}, if something is there already
     * @throws UnavailableException if it cannot be written
     */
    public static void write(Path file, String content) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            try (FileChannel channel = FileChannel.open(
                    file,
                    options,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
        } catch (FileAlreadyExistsException e) {
            throw new RefusedException(
                    "file-exists", file + " exists already and is not overwritten. Nothing was changed.");
        } catch (IOException e) {
            throw new UnavailableException(
                    "Cannot write " + file + " (" + e.getClass().getSimpleName() + ").");
        }
    }
}
