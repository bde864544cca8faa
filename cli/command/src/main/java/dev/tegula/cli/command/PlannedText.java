package dev.tegula.cli.command;

import dev.tegula.cli.output.Table;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.reencrypt.Job;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Jobs that were planned for others to run, in words. */
final class PlannedText {

    private PlannedText() {}

    static Map<String, Object> document(List<Job> jobs) {
        return Json.object(
                "schema",
                "tegula/reencrypt-plan/1",
                "jobs",
                jobs.stream()
                        .map(job -> Json.object(
                                "job", job.id().toString(),
                                "table", job.table().toString(),
                                "ranges", job.ranges(),
                                "total", job.total(),
                                "totalEstimated", job.estimated()))
                        .toList());
    }

    static List<String> lines(List<Job> jobs) {
        List<String> lines = new ArrayList<>();
        for (Job job : jobs) {
            lines.add(job.table() + ": job " + job.id() + ", " + Table.count(job.ranges(), "range") + ", "
                    + (job.estimated() ? "about " : "") + Table.number(job.total()) + " values");
        }
        lines.add("Next, each range on any host, in any order:");
        for (Job job : jobs) {
            lines.add("  tegula jobs run " + job.id() + " --index N   for each N from 0 to " + (job.ranges() - 1));
        }
        lines.add("Then:");
        for (Job job : jobs) {
            lines.add("  tegula jobs finish " + job.id());
        }
        return lines;
    }
}
