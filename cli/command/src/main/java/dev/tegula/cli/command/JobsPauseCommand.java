package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Outcome;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.reencrypt.OpenJobs;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tegula jobs pause}. */
@Command(
        name = "pause",
        description = {
            "Hold an open job. Its workers, in all processes, end before their next batch; what was moved stays moved.",
            "No rotation moves values of its columns until it is resumed or cancelled. Retiring the old keys is refused meanwhile."
        })
final class JobsPauseCommand extends TegulaCommand {

    @Mixin
    final JobName job = new JobName();

    @Mixin
    final UnaskedChange change = new UnaskedChange();

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open()) {
            OpenJobs jobs = JobName.of(open);
            boolean unfinished = job.unfinished(jobs);
            if (change.dryRun) {
                return DryRun.of("Job " + job.id + would(jobs, unfinished));
            }
            boolean changed = jobs.pause(job.id);
            return Outcome.done(
                    Json.object("schema", "tegula/job-pause/1", "job", job.id.toString(), "changed", changed),
                    (changed ? "Job " + job.id + " is paused." : "Job " + job.id + " was paused already.")
                            + " `tegula jobs resume " + job.id + "` lets it go on.");
        }
    }

    private String would(OpenJobs jobs, boolean unfinished) {
        if (!unfinished) {
            return " has ended: this would be refused.";
        }
        return jobs.show(job.id).job().paused().isPresent() ? " is paused already." : " would be paused.";
    }
}
