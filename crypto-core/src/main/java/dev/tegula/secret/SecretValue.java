package dev.tegula.secret;

import dev.tegula.envelope.StrictText;
import dev.tegula.failure.MalformedException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The value of one version of a secret. Prints its length only; closing it wipes the bytes that it holds. Not thread-safe. */
public final class SecretValue implements AutoCloseable {

    private final SecretName name;
    private final long version;
    private final @Nullable Instant expires;
    private final byte[] bytes;

    private SecretValue(SecretName name, long version, Optional<Instant> expires, byte[] bytes) {
        this.name = name;
        this.version = version;
        this.expires = expires.orElse(null);
        this.bytes = bytes;
    }

    /** Takes the array over. */
    static SecretValue takeOwnership(SecretName name, long version, Optional<Instant> expires, byte[] bytes) {
        return new SecretValue(name, version, expires, bytes);
    }

    /** Whose value it is. */
    public SecretName name() {
        return name;
    }

    /** Which version it is. */
    public long version() {
        return version;
    }

    /** When the secret expires, or did. */
    public Optional<Instant> expires() {
        return Optional.ofNullable(expires);
    }

    /** Whether the secret has expired at a time. */
    public boolean expired(Instant now) {
        return expires != null && !now.isBefore(expires);
    }

    /** The bytes, copied; zeros once this is closed. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /**
     * The value as text.
     *
     * @throws MalformedException kind TEXT, if the bytes are no UTF-8
     */
    public String text() {
        try {
            return StrictText.decode("value", bytes, 0, bytes.length);
        } catch (MalformedException e) {
            throw new MalformedException(
                    MalformedException.Kind.TEXT,
                    name + " version " + version + " is no text: its " + bytes.length
                            + " bytes are not UTF-8. Take it as bytes: `tegula secrets get " + name
                            + " --out FILE`, in Java bytes().");
        }
    }

    /** Whether these are its bytes; compared in a time that tells nothing of where they differ. */
    public boolean sameAs(byte[] other) {
        return MessageDigest.isEqual(bytes, other);
    }

    /** Whether another has the same bytes, compared like that. */
    public boolean sameAs(SecretValue other) {
        return sameAs(other.bytes);
    }

    @Override
    public void close() {
        Arrays.fill(bytes, (byte) 0);
    }

    @Override
    public String toString() {
        return "SecretValue[" + name + " version " + version + ", " + bytes.length + " bytes]";
    }
}
