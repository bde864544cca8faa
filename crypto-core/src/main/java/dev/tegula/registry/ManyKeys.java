package dev.tegula.registry;

import dev.tegula.envelope.KeyId;
import dev.tegula.failure.CannotOpenException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.TegulaException;
import dev.tegula.kms.BoundKey;
import dev.tegula.kms.Kek;
import dev.tegula.kms.KekResult;
import dev.tegula.kms.WrappedKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Many rows wrapped again with the many-at-once calls of their KEKs; each row fails by itself, as it would alone. */
final class ManyKeys {

    private final KeyWrapping wrapping;
    private final String alias;
    private final List<KeyRow> rows;
    private final List<@Nullable KekResult<KeyRow>> results;

    /**
     * What is wrapped again together.
     *
     * @param alias of the KEK that the rows are under
     * @param branch the branch key that wrapped them, empty for the KEK itself
     * @param to what wraps them next
     */
    private record Way(String alias, Optional<KeyId> branch, Kek to) {

        static Way of(KeyRow row, Kek to) {
            return new Way(row.kekAlias(), BranchKey.over(row), to);
        }

        /** Whether the same KEK or branch key wraps them again. */
        boolean stays(String alias) {
            return branch.isPresent()
                    ? to.key().equals(branch.get().hex()) && to instanceof BranchKey
                    : this.alias.equals(alias) && !(to instanceof BranchKey);
        }
    }

    /**
     * The rows, to be wrapped under the newest version of the alias.
     *
     * @param wrapping checks each of them
     */
    ManyKeys(KeyWrapping wrapping, String alias, List<KeyRow> rows) {
        this.wrapping = wrapping;
        this.alias = alias;
        this.rows = rows;
        this.results = new ArrayList<>(Collections.nCopies(rows.size(), null));
    }

    /** The rows with their new wrapped bytes, which were unwrapped again and gave the key id of their row. */
    List<KekResult<KeyRow>> rewrapped() {
        Map<Way, List<Integer>> byWay = new LinkedHashMap<>();
        for (int at = 0; at < rows.size(); at++) {
            KeyRow row = rows.get(at);
            KekResult<Kek> fit = KekResult.calling(() -> wrapping.kekFor(row, alias));
            if (fit.failure() == null) {
                byWay.computeIfAbsent(Way.of(row, fit.get()), way -> new ArrayList<>())
                        .add(at);
            } else {
                results.set(at, KekResult.failed(fit.failure()));
            }
        }
        byWay.forEach(this::rewrap);
        return complete(results);
    }

    /** The same list, each of whose places was filled. */
    static List<KekResult<KeyRow>> complete(List<@Nullable KekResult<KeyRow>> places) {
        List<KekResult<KeyRow>> all = new ArrayList<>(places.size());
        for (KekResult<KeyRow> each : places) {
            if (each == null) {
                throw new IllegalStateException("A key was left without a result");
            }
            all.add(each);
        }
        return all;
    }

    private void rewrap(Way way, List<Integer> places) {
        KeyRow first = rows.get(places.get(0));
        Kek next = way.to();
        List<BoundKey> keys =
                places.stream().map(at -> wrapping.bound(rows.get(at))).toList();
        List<KekResult<WrappedKey>> answers = answers(
                keys,
                "rewrap",
                () -> way.stays(alias) ? next.rewrapAll(keys) : next.rewrapAllFrom(wrapping.kekOf(first), keys));
        List<Integer> wrapped = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            KeyRow row = rows.get(places.get(i));
            KekResult<KeyRow> after = opened(
                    row,
                    answers.get(i)
                            .map(bytes ->
                                    row.withWrapped(wrapping.provider(alias, row.scope()), alias, Optional.of(bytes))));
            results.set(places.get(i), after);
            if (after.failure() == null) {
                wrapped.add(places.get(i));
            }
        }
        compare(next, wrapped);
    }

    /** Nothing replaces a row's bytes that does not open to the root its key id commits to. */
    private void compare(Kek next, List<Integer> places) {
        if (places.isEmpty()) {
            return;
        }
        List<KeyRow> after = places.stream()
                .map(at -> Objects.requireNonNull(results.get(at)).get())
                .toList();
        List<BoundKey> keys = after.stream().map(wrapping::bound).toList();
        List<KekResult<byte[]>> roots = answers(keys, "unwrap", () -> next.unwrapAll(keys));
        for (int i = 0; i < roots.size(); i++) {
            KeyRow row = after.get(i);
            results.set(places.get(i), opened(row, roots.get(i).map(bytes -> {
                KeyWrapping.checked(row, bytes).close();
                return row;
            })));
        }
    }

    private KekResult<KeyRow> opened(KeyRow row, KekResult<KeyRow> result) {
        TegulaException failure = result.failure();
        return failure instanceof CannotOpenException cannot && result.tried()
                ? KekResult.calling(() -> {
                    throw wrapping.doesNotOpen(row, cannot);
                })
                : result;
    }

    /** What meets every key met the first; an adapter of somebody else may answer anything. */
    private <T> List<KekResult<T>> answers(List<BoundKey> keys, String call, Supplier<List<KekResult<T>>> calls) {
        KekResult<List<KekResult<T>>> all =
                KekResult.calling(calls).answered(alias, call).then(answers -> asMany(answers, keys.size()));
        TegulaException failure = all.failure();
        if (failure == null) {
            return all.get().stream().map(one -> one.answered(alias, call)).toList();
        }
        List<KekResult<T>> none = new ArrayList<>(Collections.nCopies(keys.size(), KekResult.untried(failure)));
        none.set(0, KekResult.failed(failure));
        return none;
    }

    private <T> KekResult<List<KekResult<T>>> asMany(List<KekResult<T>> answers, int wanted) {
        boolean each = answers.size() == wanted && answers.stream().noneMatch(Objects::isNull);
        return each
                ? KekResult.of(answers)
                : KekResult.failed(new IntegrityException("KEK `" + alias + "`: its adapter did not answer for each of "
                        + wanted + " keys. It must answer, or throw a TegulaException; nothing was done with them."));
    }
}
