package dev.tegula.kms;

import dev.tegula.failure.TegulaException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What became of one key of many: an answer, or the failure that asking for it alone would have thrown. Not tried are those
 * that were left when a failure came that would have met them too.
 */
public final class KekResult<T> {

    private final @Nullable T answer;
    private final @Nullable TegulaException failure;
    private final boolean tried;

    private KekResult(@Nullable T answer, @Nullable TegulaException failure, boolean tried) {
        this.answer = answer;
        this.failure = failure;
        this.tried = tried;
    }

    /** An answer. */
    public static <T> KekResult<T> of(T answer) {
        return new KekResult<>(answer, null, true);
    }

    /** A failure of this key. */
    public static <T> KekResult<T> failed(TegulaException failure) {
        return new KekResult<>(null, failure, true);
    }

    /** Not asked for, because of the failure of another. */
    public static <T> KekResult<T> untried(TegulaException why) {
        return new KekResult<>(null, why, false);
    }

    /** What a call gives, or the failure that it throws. */
    public static <T> KekResult<T> calling(Supplier<T> call) {
        try {
            return new KekResult<>(call.get(), null, true);
        } catch (TegulaException e) {
            return failed(e);
        }
    }

    /**
     * The answer.
     *
     * @throws TegulaException the failure
     */
    public T get() {
        if (failure != null) {
            throw failure;
        }
        if (answer == null) {
            throw new IllegalStateException("A result has an answer or a failure");
        }
        return answer;
    }

    /**
     * The same, failed if an adapter of somebody else gave null for an answer; see {@link Keks#answer}.
     *
     * @param alias of the KEK
     * @param call what it was asked
     */
    public KekResult<T> answered(String alias, String call) {
        return failure == null ? calling(() -> Keks.answer(answer, alias, call)) : this;
    }

    /** Why there is no answer; null if there is one. */
    public @Nullable TegulaException failure() {
        return failure;
    }

    /** Whether it was asked for. */
    public boolean tried() {
        return tried;
    }

    /** The same with another answer; a failure stays, and what the function throws becomes one. */
    public <R> KekResult<R> map(Function<T, R> next) {
        return failure == null ? calling(() -> next.apply(get())) : new KekResult<>(null, failure, tried);
    }

    /** What comes of the answer next; a failure stays. */
    public <R> KekResult<R> then(Function<T, KekResult<R>> next) {
        return failure == null ? next.apply(get()) : new KekResult<>(null, failure, tried);
    }

    /** Without the answer, which may be a root. */
    @Override
    public String toString() {
        return failure == null ? "KekResult[an answer]" : "KekResult[" + failure.code() + "]";
    }
}
