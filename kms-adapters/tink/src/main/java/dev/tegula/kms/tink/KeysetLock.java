package dev.tegula.kms.tink;

import dev.tegula.failure.UnavailableException;
import dev.tegula.file.DurableFile;
import dev.tegula.file.PrivateFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The right to change a keyset file, one holder at a time over all processes of a machine: a lock on
 * {@code <keyset>.lock}, which stays behind. Readers need none, because the file is replaced whole.
 */
final class KeysetLock implements AutoCloseable {

    /** A holder works for milliseconds; past this one hangs. */
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final Duration PAUSE = Duration.ofMillis(20);

    /**
     * POSIX drops a process's lock on a file as soon as any of its channels to that file closes, so threads of one
     * process must not even open the lock file at the same time.
     */
    private static final ReentrantLock IN_PROCESS = new ReentrantLock();

    private final FileChannel channel;

    private KeysetLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Waits for the lock.
     *
     * @throws UnavailableException if another holds it for 30 seconds, the thread is interrupted, or the lock file
     *     cannot be opened
     */
    static KeysetLock acquire(Path keyset) {
        return acquire(keyset, LIMIT);
    }

    static KeysetLock acquire(Path keyset, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        Path path = keyset.resolveSibling(keyset.getFileName() + ".lock");
        boolean held = false;
        try {
            if (!IN_PROCESS.tryLock(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                throw busy(path, limit);
            }
            KeysetLock lock = new KeysetLock(locked(path, limit, deadline));
            held = true;
            return lock;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("Interrupted while waiting for " + path + ".", e);
        } catch (IOException e) {
            throw DurableFile.failed("The lock file " + path + " cannot be opened", e);
        } finally {
            if (!held && IN_PROCESS.isHeldByCurrentThread()) {
                IN_PROCESS.unlock();
            }
        }
    }

    private static FileChannel locked(Path path, Duration limit, long deadline)
            throws IOException, InterruptedException {
        FileChannel channel = DurableFile.openOrMake(path);
        boolean locked = false;
        try {
            while (tryLock(channel) == null) {
                if (System.nanoTime() - deadline > 0) {
                    throw busy(path, limit);
                }
                Thread.sleep(PAUSE.toMillis());
            }
            locked = true;
            return channel;
        } finally {
            if (!locked) {
                channel.close();
            }
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // held by a copy of this class in another class loader
        }
    }

    private static UnavailableException busy(Path path, Duration limit) {
        return new UnavailableException("Another process has held " + path + " for " + limit.toSeconds()
                + " s. Let it finish, then try again.");
    }

    /** Replaces the file; only a holder can. */
    void write(PrivateFile file, byte[] content) {
        if (!channel.isOpen()) {
            throw new IllegalStateException("The lock was given back");
        }
        file.replace(content);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UnavailableException("The lock on the keyset could not be given back.", e);
        } finally {
            IN_PROCESS.unlock();
        }
    }
}
