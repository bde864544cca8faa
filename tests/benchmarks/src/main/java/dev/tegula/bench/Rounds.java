package dev.tegula.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/**
 * Runs the same work in several ways, in turn, round after round, there and back, and prints for each way the median of its
 * rates, and of its ratios to the first one in the same round. Interleaved, because a shared machine drifts; ratios, because its
 * absolute speed says nothing.
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
    private Supplier<OptionalDouble> cpu = OptionalDouble::empty;

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

    /** The processor seconds that a server has used so far: shown for each way too, and beside the first one's. */
    Rounds alsoMeasuring(Supplier<OptionalDouble> cpuSeconds) {
        cpu = cpuSeconds;
        return this;
    }

    Rounds with(String name, Way way) {
        ways.put(name, way);
        return this;
    }

    /** Runs one round unmeasured, or as many as {@link #warmUp} says, and the others measured; {@code units} is what one run does, for the rate. */
    void run(String title, int units) throws Exception {
        Map<String, List<Double>> seconds = new LinkedHashMap<>();
        Map<String, List<Double>> busy = new LinkedHashMap<>();
        for (int round = 0; round < unmeasured + rounds; round++) {
            List<Map.Entry<String, Way>> turns = new ArrayList<>(ways.entrySet());
            if (round % 2 == 1) {
                Collections.reverse(turns);
            }
            for (Map.Entry<String, Way> way : turns) {
                before.run();
                double used = cpu.get().orElse(0);
                long start = System.nanoTime();
                way.getValue().run();
                double took = (System.nanoTime() - start) / 1e9;
                if (round >= unmeasured) {
                    add(seconds, way.getKey(), took);
                    add(busy, way.getKey(), cpu.get().orElse(0) - used);
                }
            }
        }
        System.out.printf(Locale.ROOT, "%n%s (%d rounds, medians)%n", title, rounds);
        String first = ways.keySet().iterator().next();
        for (String way : ways.keySet()) {
            List<Double> took = seconds.getOrDefault(way, List.of());
            System.out.printf(
                    Locale.ROOT,
                    "  %-42s %10.0f /s   %.2f x%s%n",
                    way,
                    units / median(took),
                    ratio(seconds.getOrDefault(first, List.of()), took),
                    serverCpu(busy.getOrDefault(first, List.of()), busy.getOrDefault(way, List.of()), units));
        }
    }

    private static String serverCpu(List<Double> first, List<Double> used, int units) {
        return median(used) <= 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        "   server CPU %6.1f us each, %.2f x",
                        median(used) / units * 1e6,
                        ratio(first, used));
    }

    private static double ratio(List<Double> first, List<Double> other) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < other.size(); round++) {
            ratios.add(first.get(round) / other.get(round));
        }
        return median(ratios);
    }

    private static void add(Map<String, List<Double>> figures, String way, double figure) {
        figures.computeIfAbsent(way, k -> new ArrayList<>()).add(figure);
    }

    static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(d -> d).toArray();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
