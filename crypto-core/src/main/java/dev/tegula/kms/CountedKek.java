package dev.tegula.kms;

import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.FailureKind;
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
        Kek known = from instanceof CountedKek counted ? counted.kek : from;
        return counted(() -> kek.rewrapFrom(known, wrapped, context));
    }

    @Override
    public KekStatus status() {
        return counted(kek::status);
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
