package dev.tegula.kms.tink;

import dev.tegula.failure.DeniedException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.file.PrivateFile;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The keys a keyset file holds now. Each call reads the file (a few hundred bytes) and compares it with what was opened
 * last: exact, where time stamps are not, and far rarer than an encryption. The passphrase is read, and stretched, only
 * when the head of the file is new; adding or promoting a version leaves it alone.
 */
final class KeysetSource {

    /** A passphrase that does not fit costs a third of a second; do not pay it on every call. */
    private static final Duration RETRY_PASSPHRASE = Duration.ofSeconds(5);

    private final PrivateFile file;
    private final Path passphraseFile;
    private final InstantSource clock;
    private volatile Opened opened;
    private @Nullable Refused refused;

    private KeysetSource(PrivateFile file, Path passphraseFile, InstantSource clock, Opened opened) {
        this.file = file;
        this.passphraseFile = passphraseFile;
        this.clock = clock;
        this.opened = opened;
    }

    private static final class Opened {
        final byte[] content;
        final FileKey key;
        final KekKeys keys;

        Opened(byte[] content, FileKey key, Path path) {
            this.content = content;
            this.key = key;
            this.keys = key.decrypt(content, path);
        }
    }

    private static final class Refused {
        final byte[] content;
        final Instant until;

        Refused(byte[] content, Instant until) {
            this.content = content;
            this.until = until;
        }
    }

    /**
     * Opens the file.
     *
     * @throws DeniedException if the passphrase does not open it
     */
    static KeysetSource open(PrivateFile file, Path passphraseFile, InstantSource clock) {
        byte[] content = file.read();
        Opened opened = new Opened(content, derive(content, file, passphraseFile), file.path());
        return new KeysetSource(file, passphraseFile, clock, opened);
    }

    Path path() {
        return file.path();
    }

    /**
     * The keys in the file as it is now.
     *
     * @throws UnavailableException if the file is under another passphrase than the passphrase file has: an operator
     *     changes one after the other, so this passes. Also if it cannot be read.
     */
    KekKeys current() {
        byte[] content = file.read();
        Opened last = opened;
        return Arrays.equals(last.content, content) ? last.keys : reload(content);
    }

    private synchronized KekKeys reload(byte[] content) {
        if (!Arrays.equals(opened.content, content)) {
            KeysetHeader header = KeysetHeader.parse(content, file.path());
            FileKey key = opened.key.fits(header) ? opened.key : derivedAgain(content);
            opened = new Opened(content, key, file.path());
        }
        return opened.keys;
    }

    private FileKey derivedAgain(byte[] content) {
        Refused before = refused;
        if (before != null
                && Arrays.equals(before.content, content)
                && clock.instant().isBefore(before.until)) {
            throw otherPassphrase(null);
        }
        try {
            FileKey key = derive(content, file, passphraseFile);
            refused = null;
            return key;
        } catch (DeniedException e) {
            refused = new Refused(content, clock.instant().plus(RETRY_PASSPHRASE));
            throw otherPassphrase(e);
        }
    }

    private UnavailableException otherPassphrase(@Nullable DeniedException cause) {
        return new UnavailableException(
                "The keyset " + file.path() + " changed, and the passphrase in " + passphraseFile
                        + " does not open it. Put its passphrase there; it is tried again every "
                        + RETRY_PASSPHRASE.toSeconds() + " s.",
                cause);
    }

    private static FileKey derive(byte[] content, PrivateFile file, Path passphraseFile) {
        KeysetHeader header = KeysetHeader.parse(content, file.path());
        try (Passphrase passphrase = Passphrase.fromFile(passphraseFile)) {
            return FileKey.derive(passphrase, header, file.path());
        }
    }
}
