package dev.tegula.cli.command;

import dev.tegula.cli.output.Table;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.reencrypt.JobReport;
import java.util.Locale;
import java.util.Map;

/** How a job ended, in words. */
final class JobText {

    static final String NOT_COVERED =
            "Values that running applications write under an old key until their lease ends are not covered: tegula rotate"
                    + " fences and retires.";

    private JobText() {}

    static String line(JobReport job) {
        return job.job().table() + ": " + job.outcome() + ", " + Table.number(job.moved()) + " values moved, "
                + Table.number(job.quarantined()) + " quarantined, " + Table.number(job.left()) + " left";
    }

    static Map<String, Object> document(JobReport job) {
        return Json.object(
                "job", job.job().id().toString(),
                "table", job.job().table().toString(),
                "outcome", job.outcome().name().toLowerCase(Locale.ROOT),
                "moved", job.moved(),
                "raced", job.raced(),
                "quarantined", job.quarantined(),
                "left", job.left(),
                "leftRows", job.leftKeys());
    }
}
