package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Outcome;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.reencrypt.OpenJobs;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tegula jobs cancel}. */
@Command(
        name = "cancel",
        description = {
            "End an open job. Its workers stop at their next batch; what was moved stays moved.",
            "Keys stay as they are: the next rotate or reencrypt makes a new plan."
        })
final class JobsCancelCommand extends TegulaCommand {

    @Mixin
    final JobName job = new JobName();

    @Mixin
    final AskedChange change = new AskedChange();

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open()) {
            OpenJobs jobs = JobName.of(open);
            boolean unfinished = job.unfinished(jobs);
            if (change.dryRun) {
                return DryRun.of("Job " + job.id + (unfinished ? " would be ended." : " had ended already."));
            }
            if (unfinished) {
                invocation.confirm(change, "End job " + job.id + "?");
            }
            boolean ended = unfinished && jobs.cancel(job.id);
            return Outcome.done(
                    Json.object("schema", "tegula/job-cancel/1", "job", job.id.toString(), "cancelled", ended),
                    ended
                            ? "Job " + job.id
                                    + " is cancelled. What was moved stays moved; rotate and reencrypt make a new plan."
                            : "Job " + job.id + " had ended already.");
        }
    }
}
