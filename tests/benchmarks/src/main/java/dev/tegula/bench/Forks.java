package dev.tegula.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;

/**
 * Benchmarks of JMH in turn, there and back, a fork of some seconds for each, round after round: JMH itself runs all forks of
 * one before the next, and a shared machine drifts in between. Measured is {@link CpuTime}.
 */
final class Forks {

    private static final int WARM_UP = 8;
    private static final int MEASURED = 3;
    private static final TimeValue ITERATION = TimeValue.milliseconds(700);

    /** By {@link GCProfiler}. */
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private final Class<?> benchmark;
    private final int rounds;
    private final Map<String, Options> ways = new LinkedHashMap<>();
    private final Map<String, List<Double>> nanos = new LinkedHashMap<>();
    private final Map<String, Double> fewestBytes = new LinkedHashMap<>();

    Forks(Class<?> benchmark, int rounds) {
        this.benchmark = benchmark;
        this.rounds = rounds;
    }

    /** Adds a method of the benchmark, with names and values of its parameters. */
    Forks with(String name, String method, String... parameters) {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(benchmark.getName() + "\\." + method + "$")
                .forks(1)
                .warmupIterations(WARM_UP)
                .warmupTime(ITERATION)
                .measurementIterations(MEASURED)
                .measurementTime(ITERATION)
                .addProfiler(CpuTime.class)
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        for (int i = 0; i < parameters.length; i += 2) {
            options.param(parameters[i], parameters[i + 1]);
        }
        ways.put(name, options.build());
        nanos.put(name, new ArrayList<>());
        return this;
    }

    /** Runs all. Of each fork the median of its iterations counts. */
    void run() throws RunnerException {
        List<String> turns = new ArrayList<>(ways.keySet());
        for (int round = 0; round < rounds; round++) {
            for (int turn = 0; turn < turns.size(); turn++) {
                String way = turns.get(round % 2 == 0 ? turn : turns.size() - 1 - turn);
                RunResult result = new Runner(Benchmarks.present(ways.get(way))).runSingle();
                took(way).add(statistics(result, CpuTime.LABEL).getPercentile(50));
                fewestBytes.merge(way, statistics(result, ALLOCATED).getMin(), Math::min);
            }
        }
    }

    /** The fewest bytes that one allocated in an iteration: what compiled code does. */
    double allocated(String way) {
        return Benchmarks.present(fewestBytes.get(way));
    }

    /** Nanoseconds for one. */
    double median(String way) {
        return Rounds.median(took(way));
    }

    /** How many times as long one takes as another one, by rounds. */
    double ratio(String way, String baseline) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            ratios.add(took(way).get(round) / took(baseline).get(round));
        }
        return Rounds.median(ratios);
    }

    private static Statistics statistics(RunResult result, String label) {
        return Benchmarks.present(result.getSecondaryResults().get(label)).getStatistics();
    }

    private List<Double> took(String way) {
        return Benchmarks.present(nanos.get(way));
    }
}
