package dev.tegula.cipher;

import com.google.crypto.tink.subtle.Hkdf;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Purpose;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import dev.tegula.envelope.Tuple;
import dev.tegula.failure.MalformedException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.function.Function;

/**
 * A 32-byte root key, wiped on close. It is never a cipher key itself: everything is derived with HKDF-SHA-256 (RFC
 * 5869, empty salt) under {@code info = tuple(label, suite, purpose, tenant, field)}.
 */
public final class RootKey implements AutoCloseable {

    /** Its size; any other is refused, because HKDF alone makes {@code root} and {@code root‖00} collide. */
    public static final int SIZE_BYTES = 32;

    private final byte[] bytes;

    private RootKey(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A new random root. */
    public static RootKey generate(SecureRandom random) {
        byte[] bytes = new byte[SIZE_BYTES];
        random.nextBytes(bytes);
        return new RootKey(bytes);
    }

    /**
     * Makes the array itself the root: the caller forgets it, {@link #close()} wipes it. A refused array is wiped too.
     *
     * @throws MalformedException kind ROOT, unless it has 32 bytes
     */
    public static RootKey takeOwnership(byte[] bytes) {
        if (bytes.length != SIZE_BYTES) {
            int length = bytes.length;
            Arrays.fill(bytes, (byte) 0);
            throw new MalformedException(
                    MalformedException.Kind.ROOT, "A root key has exactly 32 bytes, not " + length + ".");
        }
        return new RootKey(bytes);
    }

    /** The commitment to this root in that scope: the id under which it is registered. */
    public KeyId keyId(Suite suite, Scope scope) {
        return KeyId.copyOf(derive("tegula/v1/key-id", suite, scope));
    }

    /** Lends the key of values in that scope; the array is wiped when the work is done. */
    <T> T withEncryptionKey(Suite suite, Scope scope, Function<byte[], T> work) {
        return lend(derive("tegula/v1/enc", suite, scope), work);
    }

    /**
     * Lends the HMAC key of registry seals; the array is wiped when the work is done.
     *
     * @throws IllegalArgumentException unless the purpose is REGISTRY
     */
    public <T> T withSealKey(Suite suite, Scope scope, Function<byte[], T> work) {
        if (scope.purpose() != Purpose.REGISTRY) {
            throw new IllegalArgumentException("Only a REGISTRY root seals rows; this is " + scope.purpose());
        }
        return lend(derive("tegula/v1/seal", suite, scope), work);
    }

    /**
     * Lends the HMAC key of the audit trail; the array is wiped when the work is done.
     *
     * @throws IllegalArgumentException unless the purpose is REGISTRY
     */
    public <T> T withAuditKey(Suite suite, Scope scope, Function<byte[], T> work) {
        if (scope.purpose() != Purpose.REGISTRY) {
            throw new IllegalArgumentException(
                    "Only a REGISTRY root vouches for the audit trail; this is " + scope.purpose());
        }
        return lend(derive("tegula/v1/audit", suite, scope), work);
    }

    /**
     * Lends the AES-256 key that wraps other roots; the array is wiped when the work is done.
     *
     * @throws IllegalArgumentException unless the purpose is BRANCH
     */
    public <T> T withWrapKey(Suite suite, Scope scope, Function<byte[], T> work) {
        if (scope.purpose() != Purpose.BRANCH) {
            throw new IllegalArgumentException("Only a BRANCH root wraps others; this is " + scope.purpose());
        }
        return lend(derive("tegula/v1/wrap", suite, scope), work);
    }

    /** Lends the root itself, to primitives of this package that copy it. */
    <T> T lend(Function<byte[], T> work) {
        return work.apply(bytes);
    }

    private static <T> T lend(byte[] key, Function<byte[], T> work) {
        try {
            return work.apply(key);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /** A copy to hand to a KMS; the caller wipes it. The one door through which a root leaves. */
    public byte[] copyForWrapping() {
        return bytes.clone();
    }

    private byte[] derive(String label, Suite suite, Scope scope) {
        byte[] info = Tuple.of(
                label.getBytes(StandardCharsets.US_ASCII),
                new byte[] {suite.id()},
                scope.purpose().name().getBytes(StandardCharsets.US_ASCII),
                scope.tenant().item(),
                scope.field().bytes());
        try {
            return Hkdf.computeHkdf("HMACSHA256", bytes, new byte[0], info, SIZE_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HKDF-SHA-256 is not available in this JVM", e);
        }
    }

    @Override
    public void close() {
        Arrays.fill(bytes, (byte) 0);
    }

    @Override
    public String toString() {
        return "RootKey[32 bytes]";
    }
}
