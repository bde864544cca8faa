package dev.tegula.registry;

import com.google.crypto.tink.subtle.PrfHmacJce;
import dev.tegula.cipher.RootKey;
import dev.tegula.envelope.KeyId;
import java.security.GeneralSecurityException;
import java.util.Collection;
import java.util.Comparator;
import javax.crypto.spec.SecretKeySpec;

/**
 * The MACs under one REGISTRY root, and what its row said when it was read.
 *
 * @param version tells which root came later
 */
record RootSeal(KeyId keyId, int version, KeyState state, PrfHmacJce mac, PrfHmacJce trail) {

    /** Which root came later. */
    static final Comparator<RootSeal> ORDER = Comparator.comparing(RootSeal::version);

    private static final int MAC_BYTES = 32;

    static RootSeal of(RootKey root, KeyRow row) {
        return new RootSeal(
                row.keyId(),
                row.version(),
                row.state(),
                root.withSealKey(row.suite(), row.scope(), RootSeal::mac),
                root.withAuditKey(row.suite(), row.scope(), RootSeal::mac));
    }

    /** The same root, as its row says now. */
    RootSeal as(KeyRow row) {
        return new RootSeal(keyId, row.version(), row.state(), mac, trail);
    }

    Seal seal(byte[] columns) {
        return computed(mac, columns);
    }

    /** The MAC of an entry of the audit trail, or the seal of a head. */
    Seal told(byte[] covered) {
        return computed(trail, covered);
    }

    boolean sealed(KeyRow row) {
        try {
            return row.seal().equals(seal(SealedColumns.of(row)));
        } catch (ArithmeticException beyondMicroseconds) {
            // A timestamp such as `infinity` has no encoding, so no seal of Tegula's covers it.
            return false;
        }
    }

    static boolean anySealed(Collection<RootSeal> roots, KeyRow row) {
        return roots.stream().anyMatch(root -> root.sealed(row));
    }

    private static Seal computed(PrfHmacJce mac, byte[] covered) {
        try {
            return Seal.copyOf(mac.compute(covered, MAC_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA-256 is not available in this JVM", e);
        }
    }

    private static PrfHmacJce mac(byte[] key) {
        try {
            return new PrfHmacJce("HMACSHA256", new SecretKeySpec(key, "HMAC"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA-256 is not available in this JVM", e);
        }
    }
}
