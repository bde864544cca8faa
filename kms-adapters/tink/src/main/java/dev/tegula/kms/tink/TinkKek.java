package dev.tegula.kms.tink;

import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.DeniedException;
import dev.tegula.kms.BoundKey;
import dev.tegula.kms.Kek;
import dev.tegula.kms.KekResult;
import dev.tegula.kms.KekStatus;
import dev.tegula.kms.ParallelCalls;
import dev.tegula.kms.WrapContext;
import dev.tegula.kms.WrappedKey;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** The one KEK of a keyset file. The digest of the context is the associated data. */
final class TinkKek implements Kek {

    private final Path path;
    private final Supplier<KekKeys> source;

    TinkKek(Path path, Supplier<KekKeys> source) {
        this.path = path;
        this.source = source;
    }

    @Override
    public String provider() {
        return TinkKms.PROVIDER;
    }

    @Override
    public String key() {
        return TinkKms.KEY;
    }

    @Override
    public WrappedKey wrap(byte[] root, WrapContext context) {
        return wrap(source.get(), root, context);
    }

    private static WrappedKey wrap(KekKeys keys, byte[] root, WrapContext context) {
        Kek.requireRoot(root);
        return WrappedKey.copyOf(keys.encrypt(root, context.digest()), keys.primary());
    }

    @Override
    public byte[] unwrap(WrappedKey wrapped, WrapContext context) {
        return unwrap(source.get(), wrapped, context);
    }

    private byte[] unwrap(KekKeys keys, WrappedKey wrapped, WrapContext context) {
        byte[] bytes = wrapped.bytes();
        // Two places name the version. Only where they agree is a version that is not there a matter of access.
        if (!KekKeys.encryptedBy(bytes, wrapped.kekVersion())) {
            throw new CannotOpenException(context.field());
        }
        if (!keys.holds(wrapped.kekVersion())) {
            throw new DeniedException(
                    "The keyset " + path + " has no version " + wrapped.kekVersion() + ", which wrapped key "
                            + context.keyId() + " of " + context.field() + "; it has " + keys.names()
                            + ". Restore the keyset that has it, or copy the newest one to this machine.");
        }
        try {
            return keys.decrypt(bytes, context.digest());
        } catch (GeneralSecurityException e) {
            throw new CannotOpenException(context.field());
        }
    }

    @Override
    public List<KekResult<WrappedKey>> wrapAll(List<byte[]> roots, List<WrapContext> contexts) {
        Kek.requireAsMany(roots, contexts);
        return each(roots.size(), (keys, at) -> wrap(keys, roots.get(at), contexts.get(at)));
    }

    @Override
    public List<KekResult<byte[]>> unwrapAll(List<BoundKey> all) {
        return each(
                all.size(),
                (keys, at) -> unwrap(keys, all.get(at).wrapped(), all.get(at).context()));
    }

    @Override
    public List<KekResult<WrappedKey>> rewrapAll(List<BoundKey> all) {
        return each(
                all.size(),
                (keys, at) -> rewrap(keys, all.get(at).wrapped(), all.get(at).context()));
    }

    /** From a keyset to a keyset, no call waits for a network either. */
    @Override
    public List<KekResult<WrappedKey>> rewrapAllFrom(Kek from, List<BoundKey> all) {
        return from instanceof TinkKek
                ? ParallelCalls.each(all, 1, key -> rewrapFrom(from, key.wrapped(), key.context()))
                : Kek.super.rewrapAllFrom(from, all);
    }

    /** The file is read once for all of them, and what costs microseconds needs no threads. */
    private <T> List<KekResult<T>> each(int count, BiFunction<KekKeys, Integer, T> work) {
        KekKeys keys = source.get();
        return ParallelCalls.each(IntStream.range(0, count).boxed().toList(), 1, at -> work.apply(keys, at));
    }

    @Override
    public WrappedKey rewrap(WrappedKey wrapped, WrapContext context) {
        return rewrap(source.get(), wrapped, context);
    }

    private WrappedKey rewrap(KekKeys keys, WrappedKey wrapped, WrapContext context) {
        byte[] root = unwrap(keys, wrapped, context);
        try {
            return wrap(keys, root, context);
        } finally {
            Arrays.fill(root, (byte) 0);
        }
    }

    @Override
    public KekStatus status() {
        KekKeys keys = source.get();
        return new KekStatus(keys.primary(), true, "Tink keyset " + path + ", AES-256-GCM, versions " + keys.names());
    }

    @Override
    public String toString() {
        return "TinkKek[" + path + "]";
    }
}
