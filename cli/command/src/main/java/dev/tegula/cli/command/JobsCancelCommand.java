package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Outcome;
import dev.tegula.config.UnknownName;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.reencrypt.OpenJobs;
import java.util.List;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code tegula jobs cancel}. */
@Command(
        name = "cancel",
        description = {
            "End an open job. Its workers stop at their next batch; what was moved stays moved.",
            "Keys stay as they are: the next rotate or reencrypt makes a new plan."
        })
final class JobsCancelCommand extends TegulaCommand {

    @Parameters(
            paramLabel = "JOB",
            converter = Identifier.class,
            description = "Its id, as tegula jobs list prints it.")
    UUID job = new UUID(0, 0);

    @Mixin
    final AskedChange change = new AskedChange();

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open()) {
            OpenJobs jobs = new OpenJobs(open.dataSource());
            boolean unfinished = unfinished(jobs);
            if (change.dryRun) {
                return DryRun.of("Job " + job + (unfinished ? " would be ended." : " had ended already."));
            }
            if (unfinished) {
                invocation.confirm(change, "End job " + job + "?");
            }
            boolean ended = unfinished && jobs.cancel(job);
            return Outcome.done(
                    Json.object("schema", "tegula/job-cancel/1", "job", job.toString(), "cancelled", ended),
                    ended
                            ? "Job " + job
                                    + " is cancelled. What was moved stays moved; rotate and reencrypt make a new plan."
                            : "Job " + job + " had ended already.");
        }
    }

    /** Ended jobs are known too; of anything else nothing is asked. */
    private boolean unfinished(OpenJobs jobs) {
        List<String> open =
                jobs.list().stream().map(known -> known.id().toString()).toList();
        if (!open.contains(job.toString()) && !jobs.known(job)) {
            throw UnknownName.of("job", job.toString(), "the list of open jobs", open);
        }
        return open.contains(job.toString());
    }
}
