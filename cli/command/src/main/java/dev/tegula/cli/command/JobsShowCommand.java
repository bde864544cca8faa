package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.envelope.FieldId;
import dev.tegula.failure.MalformedException;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.reencrypt.JobDetail;
import dev.tegula.operations.reencrypt.OpenJobs.OpenJob;
import dev.tegula.operations.reencrypt.OpenJobs.Shown;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tegula jobs show}. */
@Command(
        name = "show",
        description = {"Show one job: what it moves, how far it is, who is at work on it, and the next step."})
final class JobsShowCommand extends TegulaCommand {

    @Mixin
    final JobName job = new JobName();

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open()) {
            boolean unfinished = job.unfinished(JobName.of(open));
            Shown shown = JobName.of(open).show(job.id);
            String state = JobState.of(open).word(shown.job(), shown.detail().state());
            Layout lines = text(shown, state);
            if (unfinished) {
                lines.add("Next:").addAll(next(shown, state));
            }
            return Outcome.done(document(shown, state), lines);
        }
    }

    private Layout text(Shown shown, String state) {
        OpenJob found = shown.job();
        JobDetail detail = shown.detail();
        Table table = Table.headed("COLUMN", "FIELD", "SCOPES", "OLD KEYS");
        detail.moves().forEach(move -> table.row(move.column(), move.field(), move.scopes(), move.sources()));
        Layout lines = new Layout()
                .add("job " + job.id + " of " + found.table() + ": " + state
                        + found.paused().map(at -> " since " + at).orElse("") + ", planned " + found.created());
        if (!table.isEmpty()) {
            lines.add(table);
        }
        lines.add("ranges " + Table.number(found.done()) + " of " + Table.number(found.ranges()) + " done; values "
                + Table.number(found.moved()) + " moved of " + (found.estimated() ? "about " : "")
                + Table.number(found.total()) + ", " + Table.number(detail.quarantined()) + " quarantined, "
                + Table.number(detail.left()) + " rows left, "
                + Table.number(detail.raced()) + " times a row was held by others");
        lines.add(
                detail.workers().isEmpty()
                        ? "nobody is at work on it"
                        : "at work: "
                                + detail.workers().stream()
                                        .map(worker ->
                                                worker.name() + " (" + Table.count(worker.ranges(), "range") + ")")
                                        .collect(Collectors.joining(", ")));
        return lines;
    }

    private List<String> next(Shown shown, String state) {
        String fields = shown.detail().moves().stream()
                .map(JobDetail.Move::field)
                .filter(JobsShowCommand::isField)
                .distinct()
                .collect(Collectors.joining(" "));
        return switch (state) {
            case JobState.PAUSED -> List.of("  tegula jobs resume " + job.id + "   lets it go on");
            case JobState.ORPHANED ->
                List.of("  tegula jobs cancel " + job.id + "   once its values are accounted for");
            default ->
                fields.isEmpty()
                        ? List.of("  tegula jobs cancel " + job.id + "   it moves no field")
                        : List.of("  tegula rotate " + fields
                                + (state.equals(JobState.STALE)
                                        ? "   plans it again"
                                        : "   goes on with it, or helps"));
        };
    }

    /** Nothing vouches for the rows of a job: a command is made only of what can be a field. */
    private static boolean isField(String name) {
        try {
            return new FieldId(name).value().equals(name);
        } catch (MalformedException none) {
            return false;
        }
    }

    private static List<Map<String, Object>> moves(JobDetail detail) {
        return detail.moves().stream()
                .map(move -> Json.object(
                        "column", move.column(),
                        "field", move.field(),
                        "scopes", move.scopes(),
                        "oldKeys", move.sources()))
                .toList();
    }

    private Map<String, Object> document(Shown shown, String state) {
        OpenJob found = shown.job();
        JobDetail detail = shown.detail();
        return Json.object(
                "schema",
                "tegula/job/1",
                "job",
                job.id.toString(),
                "table",
                found.table().toString(),
                "state",
                state.toLowerCase(Locale.ROOT),
                "planned",
                found.created().toString(),
                "pausedSince",
                found.paused().map(Object::toString).orElse(null),
                "columns",
                moves(detail),
                "ranges",
                found.ranges(),
                "rangesDone",
                found.done(),
                "moved",
                found.moved(),
                "total",
                found.total(),
                "totalEstimated",
                found.estimated(),
                "quarantined",
                detail.quarantined(),
                "left",
                detail.left(),
                "raced",
                detail.raced(),
                "workers",
                detail.workers().stream()
                        .map(worker -> Json.object("worker", worker.name(), "ranges", worker.ranges()))
                        .toList());
    }
}
