package dev.tegula.spark;

import dev.tegula.cli.output.Console;
import dev.tegula.cli.output.ErrorReport;
import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.FailureSubject;
import dev.tegula.operations.reencrypt.OpenJobs.OpenJob;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@link SparkReencryption} for {@code spark-submit}: its main class. Ends as the command line does, with the same exit codes. */
@Command(
        name = "spark-submit … tegula-spark.jar",
        description = "Run the ranges of a job of tegula reencrypt --plan-only as tasks of Spark.")
public final class SparkRanges implements Callable<Integer> {

    @Parameters(paramLabel = "JOB", description = "Its id, as tegula jobs list prints it.")
    UUID job = new UUID(0, 0);

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration, at the same place on driver and executors (default: as TEGULA_CONFIG says"
                    + " there).")
    @Nullable
    String configuration;

    @Option(names = "--db", paramLabel = "NAME", description = "The database, where the configuration has several.")
    String database = "";

    @Option(
            names = "--max-rate",
            paramLabel = "N",
            description = "At most so many values a second in each task; 0 for no limit.")
    double maxPerSecond;

    @Spec
    @Nullable
    CommandSpec spec;

    private SparkRanges() {}

    /** Runs it and ends the process. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new SparkRanges())
                // As the command line: nothing of an unexpected exception but its class.
                .setExecutionExceptionHandler((failure, line, parsed) -> ErrorReport.print(
                                Console.system(System.getenv()), failure, System.getenv(), new FailureSubject())
                        .code())
                .execute(arguments));
    }

    @Override
    public Integer call() {
        EngineSource source = new EngineSource(configuration, database, maxPerSecond);
        SparkConf settings = new SparkConf();
        SparkReencryption.requireNoSpeculation(settings);
        if (!settings.contains("spark.app.name")) {
            settings.setAppName("tegula");
        }
        try (JavaSparkContext spark = new JavaSparkContext(settings)) {
            OpenJob ended = new SparkReencryption(spark, source).run(job);
            PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
            out.println(ended.table() + ": " + ended.done() + " of " + ended.ranges() + " ranges ended, "
                    + ended.moved() + " values moved.");
            out.println("Next: tegula jobs finish " + job + ", or in a rotation tegula rotate");
            return Exit.DONE.code();
        }
    }
}
