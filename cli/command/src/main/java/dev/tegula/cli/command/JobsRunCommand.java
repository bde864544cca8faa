package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.cli.output.UsageException;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.reencrypt.JobOutcome;
import dev.tegula.operations.reencrypt.OpenJobs;
import dev.tegula.operations.reencrypt.OpenJobs.OpenJob;
import dev.tegula.operations.reencrypt.RangeReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code tegula jobs run}. */
@Command(
        name = "run",
        description = {
            "Run one range of a job of tegula reencrypt --plan-only: what one pod of a cluster does.",
            "Ends when the database says that the range did, whichever run ended it. Run again after anything else, as often as need be."
        })
final class JobsRunCommand extends TegulaCommand {

    /** What Kubernetes calls it in a pod of an Indexed Job. */
    private static final String VARIABLE = "JOB_COMPLETION_INDEX";

    @Mixin
    final JobName job = new JobName();

    @Option(
            names = "--index",
            paramLabel = "N",
            converter = Numbers.Index.class,
            description = "Number of the range, from 0 (default: the environment variable " + VARIABLE
                    + ", which Kubernetes sets).")
    @Nullable
    Integer index;

    @Mixin
    final BatchOptions batch = new BatchOptions();

    @Mixin
    final AskedChange change = new AskedChange();

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open(3)) {
            OpenJobs jobs = JobName.of(open);
            boolean unfinished = job.unfinished(jobs);
            int idx = index(invocation.environment());
            OpenJob found = jobs.show(job.id).job();
            if (change.dryRun) {
                return DryRun.of(would(found, unfinished, idx));
            }
            invocation.confirm(
                    change,
                    "Re-encrypt range " + idx + " of " + found.table() + " in "
                            + open.database().name() + "?");
            RangeReport report = open.rotation(batch.settings(), KeyBackups.sink(open))
                    .shared()
                    .run(job.id, idx, invocation.interruption().control());
            return outcome(report);
        }
    }

    private int index(Map<String, String> environment) {
        if (index != null) {
            return index;
        }
        String set = environment.get(VARIABLE);
        if (set == null) {
            throw new UsageException("Which range? Say --index N, or set " + VARIABLE
                    + ", as Kubernetes does in the pods of a Job with completionMode: Indexed.");
        }
        try {
            return new Numbers.Index().convert(set);
        } catch (TypeConversionException e) {
            throw new UsageException(VARIABLE + ": " + e.getMessage());
        }
    }

    private static String would(OpenJob found, boolean unfinished, int idx) {
        String range = "Range " + idx + " of job " + found.id();
        if (idx >= found.ranges()) {
            return "This would be refused: job " + found.id() + " has " + Table.count(found.ranges(), "range")
                    + ", numbered from 0.";
        }
        if (!unfinished || found.paused().isPresent() || found.stale()) {
            String state = unfinished ? found.paused().isPresent() ? "is paused" : "is stale" : "has ended";
            return range + " would move nothing: the job " + state + ".";
        }
        return range + " would be run, unless it ended already.";
    }

    private static Outcome outcome(RangeReport report) {
        Exit exit =
                switch (report.outcome()) {
                    case DONE -> Exit.DONE;
                    case PARTIAL -> Exit.PARTIAL;
                    default -> Exit.INTERRUPTED;
                };
        List<String> lines = new ArrayList<>(List.of("Range " + report.idx() + " of job " + report.job() + ": "
                + report.outcome() + ", " + Table.number(report.moved()) + " values moved, "
                + Table.number(report.raced()) + " times a row was held by others"));
        if (!report.leftKeys().isEmpty()) {
            lines.add("Rows that could not be moved, for example " + report.leftKeys());
        }
        if (report.outcome() == JobOutcome.STOPPED) {
            lines.add("Run the same command again to go on.");
        }
        return new Outcome(
                exit,
                Json.object(
                        "schema", "tegula/job-run/1",
                        "job", report.job().toString(),
                        "range", report.idx(),
                        "outcome", report.outcome().name().toLowerCase(Locale.ROOT),
                        "moved", report.moved(),
                        "raced", report.raced(),
                        "leftRows", report.leftKeys()),
                lines);
    }
}
