package dev.tegula.kms.vault;

import dev.tegula.failure.TegulaException;
import dev.tegula.kms.KekResult;
import dev.tegula.kms.ParallelCalls;
import dev.tegula.kms.WrapContext;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One operation on many keys, {@code batch_input} of transit, {@value #SIZE} keys a request. A key whose answer is anything but
 * what was asked for is asked for once more, alone: what it fails with is what it would have failed with without the others.
 *
 * @param <T> what comes of one key
 */
final class Batch<T> {

    private static final int SIZE = 128;
    private static final int IN_FLIGHT = 4;

    private final Transit transit;
    private final AuthenticatedCalls calls;
    private final String operation;
    private final Function<List<Integer>, List<KekResult<T>>> alone;

    /**
     * An operation.
     *
     * @param alone asks for the keys at these places one by one
     */
    Batch(
            Transit transit,
            AuthenticatedCalls calls,
            String operation,
            Function<List<Integer>, List<KekResult<T>>> alone) {
        this.transit = transit;
        this.calls = calls;
        this.operation = operation;
        this.alone = alone;
    }

    /** What is read from the answer to one key. */
    interface Reading<T> {
        T of(int place, Answer answer, Request request);
    }

    /**
     * The results, in the order of the keys.
     *
     * @param inputs what is sent of each; null for one that cannot be sent
     */
    List<KekResult<T>> results(
            List<@Nullable Map<String, Object>> inputs, List<WrapContext> contexts, Reading<T> reading) {
        List<@Nullable KekResult<T>> results = new ArrayList<>(Collections.nCopies(inputs.size(), null));
        List<Integer> sendable = IntStream.range(0, inputs.size())
                .filter(at -> inputs.get(at) != null)
                .boxed()
                .toList();
        List<List<Integer>> parts = new ArrayList<>();
        for (int from = 0; from < sendable.size(); from += SIZE) {
            parts.add(sendable.subList(from, Math.min(sendable.size(), from + SIZE)));
        }
        List<KekResult<List<@Nullable KekResult<T>>>> answers =
                ParallelCalls.each(parts, IN_FLIGHT, part -> ask(part, inputs, contexts.get(part.get(0)), reading));
        for (int i = 0; i < parts.size(); i++) {
            spread(parts.get(i), answers.get(i), results);
        }
        List<Integer> left = IntStream.range(0, results.size())
                .filter(at -> results.get(at) == null)
                .boxed()
                .toList();
        List<KekResult<T>> each = left.isEmpty() ? List.of() : alone.apply(left);
        for (int i = 0; i < left.size(); i++) {
            results.set(left.get(i), each.get(i));
        }
        List<KekResult<T>> all = new ArrayList<>();
        for (KekResult<T> result : results) {
            all.add(Objects.requireNonNull(result));
        }
        return all;
    }

    /** What met a whole request met its first key; the others were not tried. */
    private static <T> void spread(
            List<Integer> part, KekResult<List<@Nullable KekResult<T>>> answer, List<@Nullable KekResult<T>> results) {
        TegulaException failure = answer.failure();
        for (int i = 0; i < part.size(); i++) {
            results.set(
                    part.get(i),
                    failure == null
                            ? answer.get().get(i)
                            : i == 0 && answer.tried() ? KekResult.failed(failure) : KekResult.untried(failure));
        }
    }

    private List<@Nullable KekResult<T>> ask(
            List<Integer> part, List<@Nullable Map<String, Object>> inputs, WrapContext first, Reading<T> reading) {
        List<Map<String, Object>> items = new ArrayList<>();
        for (int at : part) {
            items.add(Objects.requireNonNull(inputs.get(at)));
        }
        Request request = transit.batch(operation, items);
        Answer answer = calls.ask(request);
        if (answer.status() != 200 && answer.status() != 400) {
            throw Refusal.ofTransit(transit, request.path(), answer, first);
        }
        JsonValue listed = answer.object("data").get("batch_results");
        boolean fits = listed != null && listed.isArray() && listed.asArray().size() == part.size();
        List<@Nullable KekResult<T>> results = new ArrayList<>();
        for (int i = 0; i < part.size(); i++) {
            JsonValue one = fits && listed != null ? listed.asArray().get(i) : null;
            results.add(
                    one == null || !one.isObject() || one.asObject().get("error") != null
                            ? null
                            : read(part.get(i), one, request, reading));
        }
        return results;
    }

    private KekResult<T> read(int place, JsonValue one, Request request, Reading<T> reading) {
        Answer alike = new Answer(200, new JsonObject().add("data", one));
        return KekResult.calling(() -> reading.of(place, alike, request));
    }
}
