package dev.tegula.kms;

import dev.tegula.failure.DeniedException;
import dev.tegula.failure.MalformedException;
import dev.tegula.failure.UnavailableException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A key-encryption key (KEK) that wraps root keys. Every operation is bound to a {@link WrapContext}: what was wrapped
 * under one context must not open under another. All methods may throw {@link DeniedException} (the service said no; do
 * not serve cached keys), {@link UnavailableException} (no answer; may be retried) and
 * {@link dev.tegula.failure.ConfigurationException} (the key does not exist or is unfit).
 */
public interface Kek {

    /** The size of a root. */
    int ROOT_BYTES = 32;

    /** The vendor's name, as in {@link Kms#provider()}. */
    String provider();

    /** The vendor's name of the key. */
    String key();

    /**
     * Wraps 32 bytes; the caller keeps and wipes the array. Never makes a key: where a service makes one that it is asked to
     * wrap under, the key is known to exist before that is sent.
     *
     * @throws dev.tegula.failure.MalformedException kind ROOT, for any other length
     */
    WrappedKey wrap(byte[] root, WrapContext context);

    /**
     * Unwraps; the caller wipes the result.
     *
     * @throws dev.tegula.failure.CannotOpenException if the bytes or the context are not what was wrapped
     */
    byte[] unwrap(WrappedKey wrapped, WrapContext context);

    /**
     * Wraps the same root under the newest version of this KEK.
     *
     * @throws dev.tegula.failure.CannotOpenException if the bytes or the context are not what was wrapped
     */
    WrappedKey rewrap(WrappedKey wrapped, WrapContext context);

    /**
     * Wraps the root of another KEK under this one. A service that moves keys inside itself, without giving the root out,
     * overrides this; the caller unwraps and compares the result before the old bytes go.
     *
     * @param from the KEK that wrapped it, of any service
     * @throws dev.tegula.failure.CannotOpenException if the bytes or the context are not what was wrapped
     */
    default WrappedKey rewrapFrom(Kek from, WrappedKey wrapped, WrapContext context) {
        byte[] root = from.unwrap(wrapped, context);
        try {
            return wrap(root, context);
        } finally {
            Arrays.fill(root, (byte) 0);
        }
    }

    /**
     * Wraps many roots, each as {@link #wrap} does; a failure of one leaves the others alone. By default in parallel,
     * {@value ParallelCalls#MOST_IN_FLIGHT} calls in flight at most; a service that takes many keys in one call overrides this.
     *
     * @param roots 32 bytes each; the caller keeps and wipes them
     * @param contexts as many, in the same order
     * @return as many results, in the same order
     * @throws IllegalArgumentException if there are not as many contexts as roots
     * @throws dev.tegula.failure.TegulaException instead of results, for what meets every key
     */
    default List<KekResult<WrappedKey>> wrapAll(List<byte[]> roots, List<WrapContext> contexts) {
        requireAsMany(roots, contexts);
        List<Integer> places = IntStream.range(0, roots.size()).boxed().toList();
        return ParallelCalls.each(places, ParallelCalls.MOST_IN_FLIGHT, at -> wrap(roots.get(at), contexts.get(at)));
    }

    /**
     * Unwraps many, each as {@link #unwrap} does, and otherwise as {@link #wrapAll}; the caller wipes the answers.
     *
     * @return as many results, in the same order
     */
    default List<KekResult<byte[]>> unwrapAll(List<BoundKey> keys) {
        return ParallelCalls.each(keys, ParallelCalls.MOST_IN_FLIGHT, key -> unwrap(key.wrapped(), key.context()));
    }

    /**
     * Wraps many under the newest version of this KEK, each as {@link #rewrap} does, and otherwise as {@link #wrapAll}.
     *
     * @return as many results, in the same order
     */
    default List<KekResult<WrappedKey>> rewrapAll(List<BoundKey> keys) {
        return ParallelCalls.each(keys, ParallelCalls.MOST_IN_FLIGHT, key -> rewrap(key.wrapped(), key.context()));
    }

    /**
     * Wraps the roots of another KEK under this one, each as {@link #rewrapFrom} does, and otherwise as {@link #wrapAll}.
     *
     * @param from the KEK that wrapped all of them, of any service
     * @return as many results, in the same order
     */
    default List<KekResult<WrappedKey>> rewrapAllFrom(Kek from, List<BoundKey> keys) {
        return ParallelCalls.each(
                keys, ParallelCalls.MOST_IN_FLIGHT, key -> rewrapFrom(from, key.wrapped(), key.context()));
    }

    /**
     * Throws unless it has the size of a root, for {@link #wrap} of every adapter.
     *
     * @throws MalformedException kind ROOT
     */
    static void requireRoot(byte[] root) {
        if (root.length != ROOT_BYTES) {
            throw new MalformedException(
                    MalformedException.Kind.ROOT,
                    "A root key has exactly " + ROOT_BYTES + " bytes, not " + root.length + ".");
        }
    }

    /**
     * Throws if the two lists of {@link #wrapAll} are not of one length.
     *
     * @throws IllegalArgumentException if they are not
     */
    static void requireAsMany(List<byte[]> roots, List<WrapContext> contexts) {
        if (roots.size() != contexts.size()) {
            throw new IllegalArgumentException(roots.size() + " roots need as many contexts, not " + contexts.size());
        }
    }

    /**
     * Asks the service about the key: what wraps now, whether it may be used, and how it and the way to it are set. Makes no
     * key, needs no more rights than wrapping and unwrapping do, and names a right that is missing or would let it see more.
     */
    KekStatus status();
}
