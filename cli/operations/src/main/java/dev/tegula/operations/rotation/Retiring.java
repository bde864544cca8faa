package dev.tegula.operations.rotation;

import dev.tegula.envelope.KeyId;
import dev.tegula.failure.TegulaException;
import dev.tegula.kms.KekResult;
import dev.tegula.registry.KeyLifecycle;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The last step of a rotation: its old keys are retired, all of them after one census. */
final class Retiring {

    /** Of what was refused for many keys; the first says it all. */
    private static final int MOST_SUPPRESSED = 10;

    private final KeyLifecycle lifecycle;
    private final Waiting waiting;

    Retiring(KeyLifecycle lifecycle, Waiting waiting) {
        this.lifecycle = lifecycle;
        this.waiting = waiting;
    }

    /** One that is refused because another host was faster is as good as done. */
    Optional<RotationOutcome> run(List<KeyRow> old) {
        long rev = old.stream().mapToLong(KeyRow::rev).max().orElse(0);
        Optional<RotationOutcome> stopped = waiting.again(rev);
        if (stopped.isEmpty()) {
            retire(old);
        }
        return stopped;
    }

    private void retire(List<KeyRow> old) {
        List<KekResult<KeyRow>> results =
                lifecycle.retireAll(old.stream().map(KeyRow::keyId).toList());
        Map<KeyId, TegulaException> failures = new LinkedHashMap<>();
        for (int i = 0; i < old.size(); i++) {
            TegulaException failure = results.get(i).failure();
            if (failure != null) {
                failures.put(old.get(i).keyId(), failure);
            }
        }
        if (failures.isEmpty()) {
            return;
        }
        lifecycle.list().stream()
                .filter(row -> row.state() == KeyState.RETIRED || row.state() == KeyState.DESTROYED)
                .map(KeyRow::keyId)
                .forEach(failures::remove);
        List<TegulaException> left = List.copyOf(failures.values());
        if (!left.isEmpty()) {
            TegulaException first = left.get(0);
            left.stream().skip(1).limit(MOST_SUPPRESSED).forEach(first::addSuppressed);
            throw first;
        }
    }
}
