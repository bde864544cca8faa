package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.reencrypt.JobReport;
import dev.tegula.operations.reencrypt.OpenJobs;
import dev.tegula.operations.reencrypt.OpenJobs.OpenJob;
import dev.tegula.operations.reencrypt.SweepSettings;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tegula jobs finish}. */
@Command(
        name = "finish",
        description = {
            "End a job whose ranges have all ended: count what is left under old keys. Refused while a range has not ended.",
            "In a rotation leave it out: tegula rotate joins the job, runs what nobody ran, fences and counts."
        })
final class JobsFinishCommand extends TegulaCommand {

    @Mixin
    final JobName job = new JobName();

    @Mixin
    final UnaskedChange change = new UnaskedChange();

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open(3)) {
            OpenJobs jobs = JobName.of(open);
            boolean unfinished = job.unfinished(jobs);
            if (change.dryRun) {
                return DryRun.of(would(jobs.show(job.id).job(), unfinished));
            }
            return outcome(open.rotation(SweepSettings.standard(), KeyBackups.sink(open))
                    .shared()
                    .finish(job.id, invocation.interruption().control()));
        }
    }

    private static String would(OpenJob found, boolean unfinished) {
        if (!unfinished) {
            return "Job " + found.id() + " has ended already.";
        }
        String ended = Table.number(found.done()) + " of " + Table.count(found.ranges(), "range") + " of job "
                + found.id() + " have ended";
        if (found.paused().isPresent() || found.stale()) {
            return ended + ", and it is " + (found.paused().isPresent() ? "paused" : "stale")
                    + ": this would be refused.";
        }
        return ended + (found.done() < found.ranges() ? ": this would be refused." : "; it would be ended.");
    }

    private static Outcome outcome(JobReport report) {
        Exit exit =
                switch (report.outcome()) {
                    case DONE -> Exit.DONE;
                    case PARTIAL -> Exit.PARTIAL;
                    default -> Exit.INTERRUPTED;
                };
        return new Outcome(
                exit,
                Json.object(
                        "schema", "tegula/job-finish/1",
                        "job", report.job().id().toString(),
                        "table", report.job().table().toString(),
                        "outcome", report.outcome().name().toLowerCase(Locale.ROOT),
                        "moved", report.moved(),
                        "raced", report.raced(),
                        "quarantined", report.quarantined(),
                        "left", report.left()),
                List.of(
                        JobText.line(report),
                        switch (exit) {
                            case DONE -> JobText.NOT_COVERED;
                            case PARTIAL ->
                                "tegula quarantine list shows values that do not open or are refused; tegula reencrypt moves the rest.";
                            default -> "Run the same command again to go on.";
                        }));
    }
}
