package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.jdbc.AuditRows;
import dev.tegula.jdbc.TrailMarks;
import dev.tegula.operations.document.Json;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tegula audit export}. */
@Command(
        name = "export",
        description = {
            "Print entries as lines of JSON, oldest first, for a log system.",
            "One that does not verify is printed with its place alone, and the command ends with 6."
        })
final class AuditExportCommand extends TegulaCommand {

    @Mixin
    final AuditSelection selection = new AuditSelection();

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open()) {
            PrintWriter out = invocation.console().out();
            TrailMarks marks =
                    TrailMarks.read(open.transactions(), open.tegula().seal());
            long[] unverified = new long[1];
            selection.entries(Instant.now()).read(open.transactions(), row -> {
                boolean genuine = marks.genuine(row);
                unverified[0] += genuine ? 0 : 1;
                out.println(Json.line(document(row, genuine)));
            });
            out.flush();
            if (unverified[0] > 0) {
                invocation
                        .console()
                        .warn(unverified[0]
                                + " of these entries do not verify: `verified` is false there. tegula audit verify"
                                + " says more.");
            }
            return new Outcome(unverified[0] == 0 ? Exit.DONE : Exit.UNVERIFIED, Map.of(), new Layout());
        }
    }

    private static Map<String, Object> document(AuditRows.Row row, boolean genuine) {
        Map<String, Object> document =
                new LinkedHashMap<>(Json.object("schema", "tegula/audit-entry/1", "verified", genuine));
        document.putAll(
                genuine
                        ? AuditText.document(row.told().orElseThrow(), row.mac())
                        : Json.object("chain", row.chain(), "seq", row.seq()));
        return document;
    }
}
