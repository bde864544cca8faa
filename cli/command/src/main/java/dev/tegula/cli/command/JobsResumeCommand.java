package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Outcome;
import dev.tegula.failure.RefusedException;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.reencrypt.OpenJobs;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tegula jobs resume}. */
@Command(
        name = "resume",
        description = {
            "Let a paused job go on: run the rotation or re-encryption again, and it joins it.",
            "Refused if its table was changed meanwhile so that the plan says nothing about it any more."
        })
final class JobsResumeCommand extends TegulaCommand {

    @Mixin
    final JobName job = new JobName();

    @Mixin
    final UnaskedChange change = new UnaskedChange();

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open()) {
            OpenJobs jobs = JobName.of(open);
            job.unfinished(jobs);
            if (change.dryRun) {
                return DryRun.of(would(jobs));
            }
            boolean changed = jobs.resume(job.id);
            return Outcome.done(
                    Json.object("schema", "tegula/job-resume/1", "job", job.id.toString(), "changed", changed),
                    changed
                            ? "Job " + job.id + " can go on: run the rotation or re-encryption that it is of again."
                            : "Job " + job.id + " is not paused.");
        }
    }

    private String would(OpenJobs jobs) {
        try {
            return "Job " + job.id + (jobs.resumable(job.id) ? " would go on." : " is not paused.");
        } catch (RefusedException e) {
            return "This would be refused: " + e.getMessage();
        }
    }
}
