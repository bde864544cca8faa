package dev.tegula.cipher;

import com.google.crypto.tink.prf.Prf;
import com.google.crypto.tink.subtle.Enums.HashType;
import com.google.crypto.tink.subtle.PrfHmacJce;
import com.google.crypto.tink.subtle.prf.HkdfStreamingPrf;
import com.google.crypto.tink.subtle.prf.PrfImpl;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Purpose;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.Suite;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.spec.SecretKeySpec;

/**
 * The blind indexes and blind tokens under one INDEX root. Holds the root as Tink's HKDF primitive, because the indexes that will be asked
 * for are not known when it is opened, and the MAC of each index that was. Thread-safe.
 */
public final class IndexMac {

    private static final byte[] LABEL = "tegula/v1/index".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TOKENS_LABEL = "tegula/v1/tokens".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PURPOSE = Purpose.INDEX.name().getBytes(StandardCharsets.US_ASCII);

    private final Suite suite;
    private final Scope scope;
    private final KeyId keyId;
    private final Prf hkdf;
    private final Map<IndexParameters, PrfHmacJce> macs = new ConcurrentHashMap<>();

    private IndexMac(Suite suite, Scope scope, KeyId keyId, Prf hkdf) {
        this.suite = suite;
        this.scope = scope;
        this.keyId = keyId;
        this.hkdf = hkdf;
    }

    /**
     * The indexes of a root in a scope. The root may be closed afterwards.
     *
     * @throws IllegalArgumentException unless the purpose is INDEX
     */
    public static IndexMac of(RootKey root, Suite suite, Scope scope) {
        if (scope.purpose() != Purpose.INDEX) {
            throw new IllegalArgumentException("Only an INDEX root keys blind indexes; this is " + scope.purpose());
        }
        return new IndexMac(suite, scope, root.keyId(suite, scope), root.lend(IndexMac::hkdf));
    }

    private static Prf hkdf(byte[] root) {
        return PrfImpl.wrap(new HkdfStreamingPrf(HashType.SHA256, root, new byte[0]));
    }

    /** The id of its key. */
    public KeyId keyId() {
        return keyId;
    }

    /**
     * The index of an input: the first bits of its MAC, the rest of the last byte zero.
     *
     * @param input the tuple of the items, or what a blind token or a dummy is computed over
     */
    public byte[] compute(IndexParameters parameters, byte[] input) {
        try {
            int size = parameters.sizeBytes();
            byte[] index = macs.computeIfAbsent(parameters, this::mac).compute(input, size);
            int spare = size * Byte.SIZE - parameters.bits();
            index[size - 1] &= (byte) (0xff << spare);
            return index;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA-256 refused to compute", e);
        }
    }

    private PrfHmacJce mac(IndexParameters parameters) {
        byte[] key = key(parameters);
        try {
            return new PrfHmacJce("HMACSHA256", new SecretKeySpec(key, "HMAC"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA-256 is not available in this JVM", e);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /** The key of one index; the caller wipes it. */
    byte[] key(IndexParameters parameters) {
        byte[] info = parameters.info(
                parameters.ofTokens() ? TOKENS_LABEL : LABEL,
                new byte[] {suite.id()},
                PURPOSE,
                scope.tenant().item(),
                scope.field().bytes());
        try {
            return hkdf.compute(info, RootKey.SIZE_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HKDF-SHA-256 is not available in this JVM", e);
        }
    }

    @Override
    public String toString() {
        return "IndexMac[" + scope + " " + keyId + "]";
    }
}
