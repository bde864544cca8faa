package dev.tegula.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Runs the same work in several ways, in turn, round after round, and prints each way's median beside the first one's.
 * Interleaved, because a shared machine drifts; a ratio, because its absolute speed says nothing.
 */
final class Rounds {

    /** One way to do the work. */
    @FunctionalInterface
    interface Way {
        void run() throws Exception;
    }

    private final int rounds;
    private int unmeasured = 1;
    private final Map<String, Way> ways = new LinkedHashMap<>();
    private Way before = () -> {};

    Rounds(int rounds) {
        this.rounds = rounds;
    }

    /** How many rounds run before the first that is measured. */
    Rounds warmUp(int rounds) {
        this.unmeasured = rounds;
        return this;
    }

    /** What puts the data back into the same state before each run; not measured. */
    Rounds before(Way unmeasured) {
        this.before = unmeasured;
        return this;
    }

    Rounds with(String name, Way way) {
        ways.put(name, way);
        return this;
    }

    /** Runs one round unmeasured, or as many as {@link #warmUp} says, and the others measured; {@code units} is what one run does, for the rate. */
    void run(String title, int units) throws Exception {
        Map<String, List<Double>> seconds = new LinkedHashMap<>();
        for (int round = 0; round < unmeasured + rounds; round++) {
            for (Map.Entry<String, Way> way : ways.entrySet()) {
                before.run();
                long start = System.nanoTime();
                way.getValue().run();
                if (round >= unmeasured) {
                    seconds.computeIfAbsent(way.getKey(), k -> new ArrayList<>())
                            .add((System.nanoTime() - start) / 1e9);
                }
            }
        }
        System.out.printf(Locale.ROOT, "%n%s (%d rounds, medians)%n", title, rounds);
        double baseline = 0;
        for (Map.Entry<String, List<Double>> way : seconds.entrySet()) {
            double median = median(way.getValue());
            baseline = baseline == 0 ? median : baseline;
            System.out.printf(
                    Locale.ROOT, "  %-34s %10.0f /s   %.2f x%n", way.getKey(), units / median, baseline / median);
        }
    }

    private static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(d -> d).toArray();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
