package dev.tegula.kms.tink;

import com.sun.security.auth.module.UnixSystem;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.UnavailableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * A file that nobody but the user of this process may read: mode and owner are checked before every read. Directories on
 * the way to it may be symbolic links. The keyset itself may not, because replacing it would replace the link and leave
 * the old keys behind.
 */
final class PrivateFile {

    /** A writer may replace the file while it is read; more often than this in a row it does not. */
    private static final int ATTEMPTS = 10;

    private final String what;
    private final Path path;
    private final boolean followLink;
    private final int maximumBytes;
    private final long uid;

    PrivateFile(String what, Path path, boolean followLink, int maximumBytes, long uid) {
        this.what = what;
        this.path = path.toAbsolutePath();
        this.followLink = followLink;
        this.maximumBytes = maximumBytes;
        this.uid = uid;
    }

    static PrivateFile keyset(Path path) {
        return new PrivateFile("keyset", path, false, 1 << 20, new UnixSystem().getUid());
    }

    static PrivateFile passphrase(Path path) {
        return new PrivateFile("passphrase file", path, true, 8 << 10, new UnixSystem().getUid());
    }

    Path path() {
        return path;
    }

    /** "keyset" or "passphrase file", for messages. */
    String what() {
        return what;
    }

    /**
     * The whole content; the caller wipes it if it is secret.
     *
     * @throws ConfigurationException if there is no such file, it is no plain file or too large, others can read it, or
     *     it belongs to another user
     * @throws UnavailableException if it cannot be read
     */
    byte[] read() {
        try {
            for (int i = 0; i < ATTEMPTS; i++) {
                Path target = followLink ? path.toRealPath() : path;
                FileState before = FileState.of(target);
                check(before);
                byte[] content = content(target);
                if (before.equals(FileState.of(target)) && content.length == before.sizeBytes()) {
                    return content;
                }
                Arrays.fill(content, (byte) 0);
            }
        } catch (NoSuchFileException e) {
            throw new ConfigurationException("There is no " + what + " at " + path
                    + ". Correct the path, restore the file from a backup, or let `tegula init` make one.");
        } catch (IOException e) {
            throw new UnavailableException("The " + what + " " + path + " cannot be read.", e);
        } catch (UnsupportedOperationException e) {
            throw new ConfigurationException("The " + what + " " + path
                    + " is on a file system without POSIX owner and mode, so nothing can tell who reads it. Move it.");
        }
        throw new UnavailableException("The " + what + " " + path + " keeps changing while it is read.");
    }

    private static byte[] content(Path target) throws IOException {
        try (FileChannel channel = FileChannel.open(target, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(channel.size()));
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                // reads on to the end
            }
            byte[] content = Arrays.copyOf(buffer.array(), buffer.position());
            Arrays.fill(buffer.array(), (byte) 0);
            return content;
        }
    }

    private void check(FileState state) {
        if (state.link()) {
            throw new ConfigurationException("The " + what + " " + path + " is a symbolic link. Name the file itself.");
        }
        if (!state.regular()) {
            throw new ConfigurationException("The " + what + " " + path + " is not a plain file.");
        }
        if (state.uid() != uid) {
            throw new ConfigurationException("The " + what + " " + path + " belongs to user id " + state.uid()
                    + ", who can read it; this process runs as " + uid + ". Run: chown " + uid + " " + quoted());
        }
        if (state.openToOthers()) {
            throw new ConfigurationException("The " + what + " " + path + " has mode " + state.permissions()
                    + ", so others than its owner get at it. Run: chmod 600 " + quoted());
        }
        if (state.sizeBytes() > maximumBytes) {
            throw new ConfigurationException("The " + what + " " + path + " has " + state.sizeBytes()
                    + " bytes; at most " + maximumBytes + " are expected. Is it the right file?");
        }
    }

    /** As a POSIX shell takes it. */
    private String quoted() {
        return "'" + path.toString().replace("'", "'\\''") + "'";
    }

    /** See {@link DurableWrite#create}. */
    void create(byte[] content) {
        DurableWrite.create(what, path, content);
    }

    /** See {@link DurableWrite#replace}. */
    void replace(byte[] content) {
        DurableWrite.replace(what, path, content);
    }
}
