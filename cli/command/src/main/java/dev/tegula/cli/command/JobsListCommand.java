package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.reencrypt.OpenJobs;
import dev.tegula.operations.reencrypt.OpenJobs.OpenJob;
import dev.tegula.operations.rotation.OrphanedJobs;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import picocli.CommandLine.Command;

/** {@code tegula jobs list}. */
@Command(
        name = "list",
        description = {
            "List the open jobs.",
            "A rotation or re-encryption that is run again goes on with its own; a stale one is planned anew. An orphaned one"
                    + " is of a column that is in no catalogue any more, and stops rotations until it is cancelled."
        })
final class JobsListCommand extends TegulaCommand {

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open()) {
            Table table = Table.headed("JOB", "TABLE", "STATE", "RANGES", "MOVED", "OF", "PLANNED");
            List<Object> documents = new ArrayList<>();
            Set<UUID> orphaned = new OrphanedJobs(open.dataSource())
                    .ids(open.catalogue().rows().columns());
            for (OpenJob job : new OpenJobs(open.dataSource()).list()) {
                String state = orphaned.contains(job.id()) ? "orphaned" : job.stale() ? "stale" : "open";
                table.row(
                        job.id(),
                        job.table(),
                        state,
                        job.done() + "/" + job.ranges(),
                        job.moved(),
                        job.total(),
                        job.created());
                documents.add(Json.object(
                        "job", job.id().toString(),
                        "table", job.table().toString(),
                        "state", state,
                        "ranges", job.ranges(),
                        "rangesDone", job.done(),
                        "moved", job.moved(),
                        "total", job.total(),
                        "planned", job.created().toString()));
            }
            return Outcome.done(
                    Json.object("schema", "tegula/jobs/1", "jobs", documents),
                    table.isEmpty() ? List.of("No job is open.") : table.lines(""));
        }
    }
}
