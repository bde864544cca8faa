package dev.tegula.cli.setup;

import dev.tegula.envelope.KeyId;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.file.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The pin of a root that is about to be made, in a file beside the configuration. Were it written only afterwards, a crash
 * in between would leave a registry that nobody has the pin of, and reading the pin from the database is what it is there
 * to prevent.
 */
final class PinFile {

    private final Path file;

    PinFile(Path configuration, String database) {
        this.file = configuration.resolveSibling(configuration.getFileName() + "." + database + ".pin");
    }

    Path file() {
        return file;
    }

    /** What an earlier run noted; empty for nothing that is a pin. */
    Optional<KeyId> read() {
        try {
            return Optional.of(KeyId.ofHex(Files.readString(file).strip()));
        } catch (NoSuchFileException | MalformedException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UnavailableException(
                    "Cannot read " + file + " (" + e.getClass().getSimpleName() + ").");
        }
    }

    /** Notes a pin; it is on the disk when this returns. Whatever an earlier run noted had not become a root. */
    void write(KeyId pin) {
        delete();
        DurableFile.makeFolderOf(file);
        DurableFile.create(file.toString(), file, (pin.hex() + "\n").getBytes(StandardCharsets.UTF_8));
    }

    void delete() {
        DurableFile.delete(file);
    }
}
