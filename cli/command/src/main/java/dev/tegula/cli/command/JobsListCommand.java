package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.reencrypt.OpenJobs;
import dev.tegula.operations.reencrypt.OpenJobs.OpenJob;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code tegula jobs list}. */
@Command(
        name = "list",
        description = {
            "List the jobs that have not ended.",
            "Running a rotation or re-encryption again goes on with its job; a stale one is planned again. An orphaned one, whose"
                    + " column is in no catalogue any more, stops rotations until it is cancelled; a paused one until it is resumed or cancelled."
        })
final class JobsListCommand extends TegulaCommand {

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open()) {
            Table table = Table.headed("JOB", "TABLE", "STATE", "RANGES", "MOVED", "OF", "PLANNED");
            List<Object> documents = new ArrayList<>();
            JobState states = JobState.of(open);
            for (OpenJob job : new OpenJobs(open.dataSource()).list()) {
                String state = states.word(job);
                table.row(
                        job.id(),
                        job.table(),
                        state,
                        job.done() + "/" + job.ranges(),
                        job.moved(),
                        job.estimated() ? "about " + Table.number(job.total()) : job.total(),
                        job.created());
                documents.add(Json.object(
                        "job", job.id().toString(),
                        "table", job.table().toString(),
                        "state", state,
                        "ranges", job.ranges(),
                        "rangesDone", job.done(),
                        "moved", job.moved(),
                        "total", job.total(),
                        "totalEstimated", job.estimated(),
                        "planned", job.created().toString()));
            }
            return Outcome.done(
                    Json.object("schema", "tegula/jobs/1", "jobs", documents),
                    table.isEmpty() ? List.of("No job is open.") : table.lines(""));
        }
    }
}
