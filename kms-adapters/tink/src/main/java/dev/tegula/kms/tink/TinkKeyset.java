package dev.tegula.kms.tink;

import dev.tegula.failure.DeniedException;
import dev.tegula.file.PrivateFile;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A keyset file as its operator sees it: one KEK, several versions, one of them primary. Every change is made to what the
 * file holds at that moment, under a lock that covers all processes of the machine, and replaces the file whole. Running
 * applications notice by themselves. Thread-safe; holds the key of the file, not the passphrase.
 *
 * <p>Every method may throw {@link dev.tegula.failure.ConfigurationException} (the file is missing, open to others, owned
 * by another user, no keyset, or of a later release), {@link dev.tegula.failure.IntegrityException} (it was changed or
 * cut) and {@link dev.tegula.failure.UnavailableException} (it cannot be read or written, or another process is changing
 * it for 30 seconds).
 */
public final class TinkKeyset {

    /** PBKDF2 iterations of a new keyset, and the fewest accepted (OWASP's figure for PBKDF2-HMAC-SHA-256). */
    public static final int DEFAULT_ITERATIONS = KeysetHeader.MINIMUM_ITERATIONS;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final PrivateFile file;
    private volatile FileKey key;

    private TinkKeyset(PrivateFile file, FileKey key) {
        this.file = file;
        this.key = key;
    }

    /**
     * Makes a new file with one version under {@link #DEFAULT_ITERATIONS}.
     *
     * @throws dev.tegula.failure.RefusedException code {@code file-exists}, if something is there already
     */
    public static TinkKeyset create(Path path, Passphrase passphrase) {
        return create(path, passphrase, DEFAULT_ITERATIONS);
    }

    /**
     * Makes a new file with one version.
     *
     * @param iterations of PBKDF2, 600,000 to 10,000,000
     * @throws dev.tegula.failure.RefusedException code {@code file-exists}, if something is there already
     */
    public static TinkKeyset create(Path path, Passphrase passphrase, int iterations) {
        PrivateFile file = TinkFiles.keyset(path);
        FileKey key = FileKey.create(passphrase, iterations, RANDOM);
        file.create(key.encrypt(KekKeys.generate()));
        return new TinkKeyset(file, key);
    }

    /**
     * Opens an existing file.
     *
     * @throws DeniedException if the passphrase is not the one it was written under
     */
    public static TinkKeyset open(Path path, Passphrase passphrase) {
        PrivateFile file = TinkFiles.keyset(path);
        byte[] content = file.read();
        FileKey key = FileKey.derive(passphrase, KeysetHeader.parse(content, file.path()), file.path());
        key.decrypt(content, file.path());
        return new TinkKeyset(file, key);
    }

    /** The versions the file holds now, in the order they were added. */
    public List<KeyVersion> versions() {
        return current().versions();
    }

    /**
     * Adds a version that unwraps but does not wrap yet, so that copies of the file on other machines can be brought up
     * to date before {@link #promote}.
     *
     * @return the new version
     */
    public KeyVersion addKey() {
        List<KeyVersion> all = change(KekKeys::withNewKey).versions();
        return all.get(all.size() - 1);
    }

    /**
     * Makes a version the one that wraps.
     *
     * @throws dev.tegula.failure.RefusedException code {@code kek-version-unknown}, if the file has no such version
     */
    public void promote(String version) {
        change(keys -> keys.withPrimary(version));
    }

    /**
     * Puts the same keys under another passphrase and a new salt. Until the passphrase file says the same, running
     * applications go on with the keys they have.
     *
     * @param iterations of PBKDF2, 600,000 to 10,000,000
     */
    public void rewrapPassphrase(Passphrase next, int iterations) {
        FileKey nextKey = FileKey.create(next, iterations, RANDOM);
        try (KeysetLock lock = KeysetLock.acquire(file.path())) {
            lock.write(file, nextKey.encrypt(current()));
            key = nextKey;
        }
    }

    private KekKeys change(UnaryOperator<KekKeys> edit) {
        try (KeysetLock lock = KeysetLock.acquire(file.path())) {
            KekKeys changed = edit.apply(current());
            lock.write(file, key.encrypt(changed));
            return changed;
        }
    }

    private KekKeys current() {
        byte[] content = file.read();
        if (!key.fits(KeysetHeader.parse(content, file.path()))) {
            throw new DeniedException("The keyset " + file.path()
                    + " was put under another passphrase since it was opened. Open it again with that one.");
        }
        return key.decrypt(content, file.path());
    }

    @Override
    public String toString() {
        return "TinkKeyset[" + file.path() + "]";
    }
}
