package dev.tegula.cli.command;

import dev.tegula.audit.AuditEntry;
import dev.tegula.audit.ToldEntry;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.jdbc.AuditRows;
import dev.tegula.jdbc.TrailMarks;
import dev.tegula.operations.document.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tegula audit list}. */
@Command(
        name = "list",
        description = {
            "List what was done, by whom, and when. The newest come last.",
            "An entry that does not verify is named instead of shown, and the command ends with 6."
        })
final class AuditListCommand extends TegulaCommand {

    @Mixin
    final AuditSelection selection = new AuditSelection();

    @Option(
            names = "--limit",
            paramLabel = "N",
            converter = Numbers.Sample.class,
            description = "The newest N only; 1,000 without.")
    int limit = 1_000;

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open()) {
            List<AuditRows.Row> rows = selection.entries(Instant.now()).newest(open.transactions(), limit + 1);
            boolean older = rows.size() > limit;
            return outcome(open, older ? rows.subList(1, rows.size()) : rows, older);
        }
    }

    private static Outcome outcome(OpenDatabase open, List<AuditRows.Row> rows, boolean more) {
        Table table = Table.headed("WHEN", "ENTRY", "WHO", "ACTION", "SUBJECT", "TENANT", "DETAIL");
        List<Object> documents = new ArrayList<>();
        List<String> unverified = new ArrayList<>();
        TrailMarks marks = TrailMarks.read(open.transactions(), open.tegula().seal());
        for (AuditRows.Row row : rows) {
            if (marks.genuine(row)) {
                ToldEntry told = row.told().orElseThrow();
                documents.add(AuditText.document(told, row.mac()));
                AuditEntry entry = told.entry();
                table.row(
                        SecretText.seconds(told.at()),
                        AuditText.place(row),
                        told.actor(),
                        entry.action(),
                        entry.subject(),
                        AuditText.tenant(entry.tenant()),
                        entry.detail());
            } else {
                unverified.add(AuditText.place(row));
            }
        }
        Layout layout = table.isEmpty() ? new Layout().add("No entry matches.") : new Layout().add(table);
        if (more) {
            layout.add("There are older ones; --limit shows more, --since says from when.");
        }
        if (!unverified.isEmpty()) {
            layout.add("Not shown, because they do not verify: " + String.join(", ", unverified)
                    + ". tegula audit verify says more.");
        }
        return new Outcome(
                unverified.isEmpty() ? Exit.DONE : Exit.UNVERIFIED,
                Json.object(
                        "schema", "tegula/audit/1", "entries", documents, "unverified", unverified, "complete", !more),
                layout);
    }
}
