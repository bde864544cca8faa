package dev.tegula.spark;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.RefusedException;
import dev.tegula.failure.TegulaException;
import dev.tegula.operations.reencrypt.OpenJobs;
import dev.tegula.operations.reencrypt.OpenJobs.OpenJob;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Runs the ranges of a job that {@code tegula reencrypt --plan-only}, or
 * {@link dev.tegula.operations.rotation.SharedReencryption#plan}, planned. Executors may be killed and tasks repeated: of several runs of
 * a range only the last that took it may write. What ended is read from the database, never from Spark. Thread-safe as its context.
 */
public final class SparkReencryption {

    private static final String SPECULATION = "spark.speculation";

    private final JavaSparkContext spark;
    private final EngineSource source;

    /**
     * Re-encryptions on a context.
     *
     * @param source where driver and executors find their engine
     * @throws ConfigurationException if the context speculates
     */
    public SparkReencryption(JavaSparkContext spark, EngineSource source) {
        requireNoSpeculation(spark.getConf());
        this.spark = spark;
        this.source = source;
    }

    /**
     * Refuses {@code spark.speculation=true}: a second run of a range that is slow takes it over from the first, begins with an engine of
     * its own, and helps nobody.
     *
     * @throws ConfigurationException if it is set
     */
    static void requireNoSpeculation(SparkConf configuration) {
        if (configuration.getBoolean(SPECULATION, false)) {
            throw new ConfigurationException(SPECULATION
                    + " is true: Spark would run a slow range twice at once, and each run takes it from the other. Set"
                    + " spark.speculation=false.");
        }
    }

    /**
     * Runs each range as a task, one that ended returns at once, and returns when the database says that all did. Then end the job:
     * {@code tegula jobs finish}, or in a rotation {@code tegula rotate}.
     *
     * @return the job as it stands
     * @throws ConfigurationException if there is no such job, or configuration, schema or table are not as expected
     * @throws RefusedException as {@link dev.tegula.operations.rotation.SharedReencryption#run}; code {@code job-running}, if Spark says
     *     that all ranges ended and the database does not
     * @throws TegulaException of other kinds, if a range failed as often as {@code spark.task.maxFailures} says
     */
    public OpenJob run(UUID job) {
        requireNoSpeculation(spark.getConf());
        List<Integer> ranges = IntStream.range(0, look(job).ranges()).boxed().toList();
        spark.setJobGroup("tegula-" + job, "Re-encryption, job " + job, true);
        try {
            spark.parallelize(ranges, Math.max(1, ranges.size())).foreach(new RangeTask(source, job));
        } catch (Exception e) {
            throw failure(e);
        } finally {
            spark.clearJobGroup();
        }
        OpenJob after = look(job).job();
        if (after.done() < after.ranges()) {
            throw new RefusedException(
                    "job-running",
                    "Spark says that all ranges of job " + job + " ended, but by their rows " + after.done() + " of "
                            + after.ranges() + " did. Run it again.");
        }
        return after;
    }

    /** A job and its ranges. */
    private record Look(OpenJob job, int ranges) {}

    private Look look(UUID job) {
        try (OpenDatabase open = source.open()) {
            int ranges = source.shared(open).job(job).ranges();
            return new Look(new OpenJobs(open.dataSource()).show(job).job(), ranges);
        }
    }

    /** What the task threw that failed for good; of Spark's own failures, Spark's. */
    private static RuntimeException failure(Exception thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof TegulaException known) {
                return known;
            }
        }
        return thrown instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(thrown);
    }
}
