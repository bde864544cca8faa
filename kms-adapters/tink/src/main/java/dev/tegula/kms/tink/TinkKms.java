package dev.tegula.kms.tink;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.kms.Kek;
import dev.tegula.kms.Kms;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * A keyset file and its passphrase file as a KMS with one key, {@code primary}. For development and for users without a
 * KMS: anyone who runs as the owner of both files has every key. Thread-safe. It follows changes of the file by itself, so
 * a version that is added or promoted is used from the next call on.
 *
 * <p>Besides what {@link Kek} says, its keys throw {@link dev.tegula.failure.DeniedException} for a key that was wrapped by
 * a version the file does not have, {@link ConfigurationException} if a file is missing, open to others or owned by
 * another user, and {@link dev.tegula.failure.IntegrityException} if the keyset was changed or cut.
 */
public final class TinkKms implements Kms {

    /** The provider's name. */
    public static final String PROVIDER = "tink";

    /** The name of the one key of a keyset file. */
    public static final String KEY = "primary";

    private final KeysetSource source;
    private volatile boolean closed;

    private TinkKms(KeysetSource source) {
        this.source = source;
    }

    /**
     * Opens a keyset, which takes about a third of a second at 600,000 iterations.
     *
     * @throws ConfigurationException if a file is missing, open to others, owned by another user or not what it should
     *     be
     * @throws dev.tegula.failure.DeniedException if the passphrase does not open the keyset
     * @throws dev.tegula.failure.IntegrityException if the keyset was changed or cut
     * @throws dev.tegula.failure.UnavailableException if a file cannot be read
     */
    public static TinkKms open(Path keyset, Path passphraseFile) {
        return open(keyset, passphraseFile, InstantSource.system());
    }

    static TinkKms open(Path keyset, Path passphraseFile, InstantSource clock) {
        return new TinkKms(KeysetSource.open(TinkFiles.keyset(keyset), passphraseFile.toAbsolutePath(), clock));
    }

    /**
     * The one sentence about production, for code that knows that this is production.
     *
     * @param allowProduction what configuration says
     * @throws ConfigurationException unless it is allowed
     */
    public static void requireProductionAllowed(boolean allowProduction) {
        if (!allowProduction) {
            throw new ConfigurationException(
                    "A Tink keyset file is meant for development: its keys are in the reach of"
                            + " anyone who can read two files of this machine. Use a KMS, or set `allow-production: true` there.");
        }
    }

    @Override
    public String provider() {
        return PROVIDER;
    }

    /**
     * The key of the file; makes no call.
     *
     * @throws ConfigurationException for any name but {@code primary}
     */
    @Override
    public Kek kek(String key) {
        if (!key.equals(KEY)) {
            throw new ConfigurationException(
                    "A Tink keyset file has one key, `" + KEY + "`; configuration asks for `" + key + "`.");
        }
        return new TinkKek(source.path(), this::keys);
    }

    private KekKeys keys() {
        if (closed) {
            throw new IllegalStateException("This TinkKms is closed");
        }
        return source.current();
    }

    /** Ends its use. The JCE cannot erase keys; they go when the garbage collector comes. */
    @Override
    public void close() {
        closed = true;
    }

    @Override
    public String toString() {
        return "TinkKms[" + source.path() + "]";
    }
}
