package dev.tegula.operations.reencrypt;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalDouble;

/** How fast something goes: over the last seconds, because an average over hours hides that it has just stopped. */
final class Speed {

    private static final long WINDOW_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long RESOLUTION_NANOS = Duration.ofMillis(100).toNanos();

    /** A count at a time. */
    private record Sample(long nanos, long count) {}

    private final Deque<Sample> samples = new ArrayDeque<>();

    /**
     * Notes a count and returns how many came in each of the last seconds; empty after one look, which tells no speed.
     *
     * @param nanos when, by a clock that only goes forward
     */
    OptionalDouble perSecond(long nanos, long count) {
        if (samples.isEmpty() || nanos - samples.getLast().nanos() >= RESOLUTION_NANOS) {
            samples.addLast(new Sample(nanos, count));
        }
        while (samples.size() > 1 && nanos - samples.getFirst().nanos() > WINDOW_NANOS) {
            samples.removeFirst();
        }
        Sample first = samples.getFirst();
        double seconds = (nanos - first.nanos()) / 1e9;
        return seconds > 0 ? OptionalDouble.of(Math.max(0, count - first.count()) / seconds) : OptionalDouble.empty();
    }
}
