package dev.tegula.cli.command;

import dev.tegula.audit.AuditHead;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.operations.audit.AuditHeads;
import dev.tegula.operations.document.Json;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code tegula audit anchor}. */
@Command(
        name = "anchor",
        description = {
            "Print where each chain of the audit trail ends, one CHAIN:SEQ:MAC a line.",
            "Keep them where who writes the database cannot, and give them to tegula audit verify --anchor."
        })
final class AuditAnchorCommand extends TegulaCommand {

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open()) {
            AuditHeads heads = AuditHeads.of(open.transactions(), open.tegula().seal());
            List<String> anchors =
                    heads.genuine().stream().map(AuditHead::toString).toList();
            List<Long> changed = heads.changed();
            changed.forEach(chain -> invocation
                    .console()
                    .warn("The head of chain " + chain
                            + " does not verify, so it is no anchor. tegula audit verify says" + " more."));
            Layout layout = new Layout();
            anchors.forEach(layout::statement);
            return new Outcome(
                    changed.isEmpty() ? Exit.DONE : Exit.UNVERIFIED,
                    Json.object("schema", "tegula/audit-anchor/1", "anchors", anchors, "changed", changed),
                    layout);
        }
    }
}
