package dev.tegula.file;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.UnavailableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * A file with a secret, checked before every read. Messages name the file and never quote it.
 *
 * @param subject the file with what it is, for the start of a message: {@code The keyset /etc/tegula.keyset}
 * @param path where it is
 * @param whenMissing what to do if it is not there
 * @param demands what is asked of it
 */
public record PrivateFile(String subject, Path path, String whenMissing, FileDemands demands) {

    /** A writer may replace the file while it is read; more often than this in a row it does not. */
    private static final int ATTEMPTS = 10;

    /** Makes the path absolute. */
    public PrivateFile {
        path = path.toAbsolutePath();
    }

    /**
     * The whole content; the caller wipes it.
     *
     * @throws ConfigurationException if there is no such file, or it is not as demanded
     * @throws UnavailableException if it cannot be read
     */
    public byte[] read() {
        try {
            return demands.plain() ? readPlain() : readAny();
        } catch (NoSuchFileException e) {
            throw missing();
        } catch (IOException e) {
            throw unreadable(e);
        } catch (UnsupportedOperationException e) {
            throw withoutModes();
        }
    }

    /**
     * Looks at mode and owner without reading.
     *
     * @throws ConfigurationException if there is no such file, or it is not as demanded
     * @throws UnavailableException if it cannot be looked at
     */
    public void check() {
        try {
            check(state());
        } catch (NoSuchFileException e) {
            throw missing();
        } catch (IOException e) {
            throw unreadable(e);
        } catch (UnsupportedOperationException e) {
            throw withoutModes();
        }
    }

    /** See {@link DurableFile#create}. */
    public void create(byte[] content) {
        DurableFile.create(subject, path, content);
    }

    /** See {@link DurableFile#replace}. */
    public void replace(byte[] content) {
        DurableFile.replace(subject, path, content);
    }

    private byte[] readPlain() throws IOException {
        for (int i = 0; i < ATTEMPTS; i++) {
            Path target = demands.link() ? path.toRealPath() : path;
            FileState before = FileState.of(target, false);
            check(before);
            byte[] content = content(target, LinkOption.NOFOLLOW_LINKS);
            if (before.equals(FileState.of(target, false)) && content.length == before.sizeBytes()) {
                return content;
            }
            Arrays.fill(content, (byte) 0);
        }
        throw new UnavailableException(subject + " keeps changing while it is read.");
    }

    private byte[] readAny() throws IOException {
        if (demands.privateMode()) {
            check(state());
        }
        byte[] content = content(path);
        if (content.length > demands.maximumBytes()) {
            Arrays.fill(content, (byte) 0);
            throw tooLarge("more than " + demands.maximumBytes());
        }
        return content;
    }

    private FileState state() throws IOException {
        return FileState.of(path, demands.link());
    }

    /** Of a plain file what it has now; of anything else at most one byte more than is allowed. */
    private byte[] content(Path target, OpenOption... options) throws IOException {
        Set<OpenOption> all = new HashSet<>(Set.of(options));
        all.add(StandardOpenOption.READ);
        try (FileChannel channel = FileChannel.open(target, all)) {
            long most = demands.plain() ? channel.size() : demands.maximumBytes() + 1L;
            ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(most));
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
            throw new ConfigurationException(subject + " is a symbolic link. Name the file itself.");
        }
        if (demands.plain() && !state.regular()) {
            throw new ConfigurationException(subject + " is not a plain file.");
        }
        Long owner = demands.owner();
        if (owner != null && state.uid() != owner) {
            throw new ConfigurationException(subject + " belongs to user id " + state.uid()
                    + ", who can read it; this process runs as " + owner + ". Run: chown " + owner + " " + quoted());
        }
        if (demands.privateMode() && state.openToOthers()) {
            throw new ConfigurationException(subject + " has mode " + state.permissions()
                    + ", so others than its owner can get at it; expected is 0600. Run: chmod 600 " + quoted());
        }
        if (state.sizeBytes() > demands.maximumBytes()) {
            throw tooLarge(Long.toString(state.sizeBytes()));
        }
    }

    private ConfigurationException tooLarge(String bytes) {
        return new ConfigurationException(subject + " has " + bytes + " bytes; at most " + demands.maximumBytes()
                + " are expected. Is it the right file?");
    }

    private ConfigurationException missing() {
        return new ConfigurationException(subject + " does not exist. " + whenMissing);
    }

    private UnavailableException unreadable(IOException e) {
        return new UnavailableException(subject + " cannot be read (" + DurableFile.reason(e) + ").", e);
    }

    private ConfigurationException withoutModes() {
        return new ConfigurationException(subject
                + " is on a file system without POSIX owner and mode, so nothing can tell who reads it. Move it.");
    }

    /** As a POSIX shell takes it. */
    private String quoted() {
        return "'" + path.toString().replace("'", "'\\''") + "'";
    }
}
