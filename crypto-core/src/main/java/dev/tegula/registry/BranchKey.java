package dev.tegula.registry;

import com.google.crypto.tink.subtle.AesGcmJce;
import dev.tegula.cipher.RootKey;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Scope;
import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.MalformedException;
import dev.tegula.kms.BoundKey;
import dev.tegula.kms.Kek;
import dev.tegula.kms.KekResult;
import dev.tegula.kms.KekStatus;
import dev.tegula.kms.Keks;
import dev.tegula.kms.WrapContext;
import dev.tegula.kms.WrappedKey;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * An opened branch key: a KEK of this process, which wraps roots here in place of a KMS, each bound to its wrap context.
 * Thread-safe; holds the derived AES-256-GCM key, never the root. It asks nobody: how long it may serve is the affair of who
 * opened it.
 */
public final class BranchKey implements Kek {

    private static final int WRAPPED_BYTES = 12 + RootKey.SIZE_BYTES + 16;

    private final KeyRow row;
    private final AesGcmJce aead;

    private BranchKey(KeyRow row, AesGcmJce aead) {
        this.row = row;
        this.aead = aead;
    }

    /**
     * The branch key of a row; the caller closes the root.
     *
     * @throws IllegalArgumentException unless the purpose is BRANCH
     */
    public static BranchKey of(RootKey root, KeyRow row) {
        return new BranchKey(row, root.withWrapKey(row.suite(), row.scope(), BranchKey::aead));
    }

    private static AesGcmJce aead(byte[] key) {
        try {
            return new AesGcmJce(key);
        } catch (GeneralSecurityException e) {
            throw noCipher(e);
        }
    }

    private static IllegalStateException noCipher(GeneralSecurityException e) {
        return new IllegalStateException("AES-256-GCM is not available in this JVM", e);
    }

    /**
     * The key id of the branch key that wrapped the root of a row; empty if a KMS did, or the key is destroyed.
     *
     * @throws IntegrityException if the row says that one did, and cannot be such a row
     */
    public static Optional<KeyId> over(KeyRow row) {
        if (!row.provider().equals(Keks.BRANCH_PROVIDER) || row.wrapped().isEmpty()) {
            return Optional.empty();
        }
        WrappedKey wrapped = row.wrapped().get();
        try {
            KeyId id = KeyId.ofHex(wrapped.kekVersion());
            if (row.scope().purpose().underBranches()
                    && wrapped.bytes().length == WRAPPED_BYTES
                    && id.hex().equals(wrapped.kekVersion())) {
                return Optional.of(id);
            }
        } catch (MalformedException notAnId) {
            // What is thrown below says more.
        }
        throw new IntegrityException(row.name() + ": its row says that a branch key wrapped it, and is no such row."
                + " Expected a key of purpose DATA or INDEX, the id of the branch key, and " + WRAPPED_BYTES
                + " bytes. Bring the row back with `tegula keys import FILE`.");
    }

    /** The registry has no such branch key. */
    public static KeyUnknownException missing(KeyRow row, KeyId branch) {
        return new KeyUnknownException(row.name() + ": the registry does not have the branch key " + branch.shortHex()
                + " that wrapped it. A restore left it behind, or somebody removed it: `tegula keys import FILE` brings it"
                + " back from a backup.");
    }

    /**
     * Throws unless a verified row may be the branch key of another: of the same KEK, and of no tenant or the same.
     *
     * @throws KeyUnknownException if it is destroyed
     * @throws IntegrityException if it is no branch key, or one of another KEK or tenant
     */
    public static void requireOver(KeyRow wrapped, KeyRow branch) {
        if (branch.state() == KeyState.DESTROYED) {
            throw new KeyUnknownException(wrapped.name() + ": its branch key " + branch.name()
                    + " is destroyed; values under it cannot be read by anybody.");
        }
        boolean ofTenant = branch.scope().tenant().name().isEmpty()
                || branch.scope().tenant().equals(wrapped.scope().tenant());
        if (!isBranch(branch) || !branch.kekAlias().equals(wrapped.kekAlias()) || !ofTenant) {
            throw new IntegrityException(
                    wrapped.name() + ": its row names " + branch.name() + " of KEK `" + branch.kekAlias()
                            + "` as its branch key. Expected a branch key of KEK `" + wrapped.kekAlias()
                            + "`, for all tenants or this one. Bring the row back with `tegula keys import FILE`.");
        }
    }

    private static boolean isBranch(KeyRow row) {
        try {
            return !row.provider().equals(Keks.BRANCH_PROVIDER)
                    && row.scope()
                            .equals(Scope.branch(row.kekAlias(), row.scope().tenant()));
        } catch (MalformedException tooLong) {
            return false;
        }
    }

    @Override
    public String provider() {
        return Keks.BRANCH_PROVIDER;
    }

    @Override
    public String key() {
        return row.keyId().hex();
    }

    @Override
    public WrappedKey wrap(byte[] root, WrapContext context) {
        Kek.requireRoot(root);
        try {
            return WrappedKey.copyOf(aead.encrypt(root, context.digest()), key());
        } catch (GeneralSecurityException e) {
            throw noCipher(e);
        }
    }

    @Override
    public byte[] unwrap(WrappedKey wrapped, WrapContext context) {
        try {
            return aead.decrypt(wrapped.bytes(), context.digest());
        } catch (GeneralSecurityException e) {
            throw new CannotOpenException(context.field());
        }
    }

    @Override
    public WrappedKey rewrap(WrappedKey wrapped, WrapContext context) {
        return rewrapFrom(this, wrapped, context);
    }

    @Override
    public List<KekResult<byte[]>> unwrapAll(List<BoundKey> keys) {
        return keys.stream()
                .map(key -> KekResult.calling(() -> unwrap(key.wrapped(), key.context())))
                .toList();
    }

    @Override
    public List<KekResult<WrappedKey>> rewrapAll(List<BoundKey> keys) {
        return rewrapAllFrom(this, keys);
    }

    @Override
    public List<KekResult<WrappedKey>> rewrapAllFrom(Kek from, List<BoundKey> keys) {
        List<KekResult<byte[]>> roots = from.unwrapAll(keys);
        if (roots.size() != keys.size()) {
            throw new IntegrityException("The adapter of a `" + from.provider() + "` KEK answered for " + roots.size()
                    + " keys of " + keys.size() + ". It must answer for each, or throw a TegulaException.");
        }
        return IntStream.range(0, keys.size())
                .mapToObj(at -> roots.get(at)
                        .answered(row.kekAlias(), "unwrap")
                        .map(root -> wrapAndWipe(root, keys.get(at).context())))
                .toList();
    }

    private WrappedKey wrapAndWipe(byte[] root, WrapContext context) {
        try {
            return wrap(root, context);
        } finally {
            Arrays.fill(root, (byte) 0);
        }
    }

    /** Of this process: nobody is asked. */
    @Override
    public KekStatus status() {
        return new KekStatus(key(), true, "branch key " + row.label() + " of KEK " + row.kekAlias());
    }

    /** The row of this key. */
    public KeyRow row() {
        return row;
    }

    @Override
    public String toString() {
        return "BranchKey[" + row.name() + "]";
    }
}
