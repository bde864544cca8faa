package dev.tegula.kms;

import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.FailureKind;
import dev.tegula.failure.TegulaException;
import java.util.List;
import java.util.function.Supplier;

/** Counts the calls of a KEK. */
final class CountedKek implements Kek {

    private final Kek kek;
    private final KmsCalls calls;

    CountedKek(Kek kek, KmsCalls calls) {
        this.kek = kek;
        this.calls = calls;
    }

    @Override
    public String provider() {
        return kek.provider();
    }

    @Override
    public String key() {
        return kek.key();
    }

    @Override
    public WrappedKey wrap(byte[] root, WrapContext context) {
        return counted(() -> kek.wrap(root, context));
    }

    @Override
    public byte[] unwrap(WrappedKey wrapped, WrapContext context) {
        return counted(() -> kek.unwrap(wrapped, context));
    }

    @Override
    public WrappedKey rewrap(WrappedKey wrapped, WrapContext context) {
        return counted(() -> kek.rewrap(wrapped, context));
    }

    /** The other one as its adapter made it: a service moves keys inside itself only if it knows its own. */
    @Override
    public WrappedKey rewrapFrom(Kek from, WrappedKey wrapped, WrapContext context) {
        return counted(() -> kek.rewrapFrom(asMade(from), wrapped, context));
    }

    @Override
    public List<KekResult<WrappedKey>> wrapAll(List<byte[]> roots, List<WrapContext> contexts) {
        return eachCounted(() -> kek.wrapAll(roots, contexts));
    }

    @Override
    public List<KekResult<byte[]>> unwrapAll(List<BoundKey> keys) {
        return eachCounted(() -> kek.unwrapAll(keys));
    }

    @Override
    public List<KekResult<WrappedKey>> rewrapAll(List<BoundKey> keys) {
        return eachCounted(() -> kek.rewrapAll(keys));
    }

    @Override
    public List<KekResult<WrappedKey>> rewrapAllFrom(Kek from, List<BoundKey> keys) {
        return eachCounted(() -> kek.rewrapAllFrom(asMade(from), keys));
    }

    @Override
    public KekStatus status() {
        return counted(kek::status);
    }

    private static Kek asMade(Kek kek) {
        return kek instanceof CountedKek counted ? counted.kek : kek;
    }

    /** Each key counts as a call that took its share of the time. */
    private <T> List<KekResult<T>> eachCounted(Supplier<List<KekResult<T>>> call) {
        long began = System.nanoTime();
        List<KekResult<T>> results;
        try {
            results = call.get();
        } catch (RuntimeException | Error e) {
            calls.add(System.nanoTime() - began, FailureKind.of(e));
            throw e;
        }
        List<KekResult<T>> tried = results.stream().filter(KekResult::tried).toList();
        long share = (System.nanoTime() - began) / Math.max(1, tried.size());
        for (KekResult<T> result : tried) {
            TegulaException failure = result.failure();
            calls.add(
                    share, failure == null || failure instanceof CannotOpenException ? null : FailureKind.of(failure));
        }
        return results;
    }

    private <T> T counted(Supplier<T> call) {
        long began = System.nanoTime();
        FailureKind failure = null;
        try {
            return call.get();
        } catch (CannotOpenException e) {
            throw e; // an answer, and the one that a probe hopes for
        } catch (RuntimeException | Error e) {
            failure = FailureKind.of(e);
            throw e;
        } finally {
            calls.add(System.nanoTime() - began, failure);
        }
    }
}
