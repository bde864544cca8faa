package dev.tegula.cli.command;

import dev.tegula.audit.AuditHead;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.cli.report.Chains;
import dev.tegula.cli.report.EmptyTrail;
import dev.tegula.failure.MalformedException;
import dev.tegula.operations.audit.AuditFinding;
import dev.tegula.operations.audit.AuditReport;
import dev.tegula.operations.audit.AuditVerification;
import dev.tegula.operations.document.Json;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code tegula audit verify}. */
@Command(
        name = "verify",
        description = {
            "Verify every entry and every head of the audit trail: edited, removed, inserted, reordered, cut.",
            "Newest entries that were cut off together with an older head are found only with an anchor that was kept elsewhere."
        })
final class AuditVerifyCommand extends TegulaCommand {

    @Option(
            names = "--anchor",
            paramLabel = "CHAIN:SEQ:MAC",
            converter = Anchor.class,
            description = "What tegula audit anchor or a changing command printed; may be given several times.")
    List<AuditHead> anchors = List.of();

    /** An anchor as an option has it. */
    static final class Anchor implements ITypeConverter<AuditHead> {
        @Override
        public AuditHead convert(String text) {
            try {
                return AuditHead.parse(text);
            } catch (MalformedException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()).replaceFirst("\\.$", ""));
            }
        }
    }

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open()) {
            return outcome(
                    new AuditVerification(open.transactions(), open.tegula().seal()).run(anchors),
                    open.lifecycle().list().size());
        }
    }

    private static Outcome outcome(AuditReport report, long keys) {
        Layout layout = new Layout();
        if (!report.chains().isEmpty()) {
            layout.add(table(report));
        }
        for (AuditFinding finding : report.findings()) {
            layout.add(AuditText.word(finding) + "  " + finding.chain() + ":" + finding.seq() + "  " + finding.text()
                    + ".");
        }
        long unlisted =
                report.chains().stream().mapToLong(AuditReport.Chain::unlisted).sum();
        if (unlisted > 0) {
            layout.add("And " + Table.number(unlisted) + " more that are not listed.");
        }
        Optional<String> empty = EmptyTrail.of(report, keys);
        String entries = Table.count(report.entries(), "entry").replace("entrys", "entries");
        layout.add(
                !report.clean()
                        ? Table.count(report.findings().size() + unlisted, "finding") + "."
                        : empty.isPresent()
                                ? entries + " verified. " + empty.get()
                                : entries + " verified; nothing was edited, removed, inserted or reordered.");
        report.unguarded()
                .ifPresent(fault -> layout.add("Entries can be changed or removed: " + fault
                        + ". `tegula schema apply`, as the owner of the tables, mends that."));
        List<Integer> without = report.withoutAnchor();
        if (!without.isEmpty()) {
            layout.add("Without an anchor for chain "
                    + Chains.named(without)
                    + ": whether its newest entries were cut off, with an older head put back, cannot be told.");
        }
        return new Outcome(
                report.clean() && empty.isEmpty() ? Exit.DONE : Exit.UNVERIFIED,
                Json.object(
                        "schema",
                        "tegula/audit-verify/1",
                        "entries",
                        report.entries(),
                        "findings",
                        report.findings().stream().map(AuditText::document).toList(),
                        "unlisted",
                        unlisted,
                        "unguarded",
                        report.unguarded().orElse(null),
                        "withoutAnchor",
                        without,
                        "heads",
                        report.chains().stream()
                                .flatMap(chain -> chain.head().stream())
                                .map(AuditHead::toString)
                                .toList()),
                layout);
    }

    private static Table table(AuditReport report) {
        Table table = Table.headed("CHAIN", "OF", "ENTRIES", "HEAD", "ANCHOR");
        for (AuditReport.Chain chain : report.chains()) {
            table.row(
                    chain.number(),
                    chain.number() == AuditHead.COMMANDS ? "commands" : "applications",
                    chain.entries(),
                    chain.head().map(head -> String.valueOf(head.seq())).orElse("does not verify"),
                    chain.anchored() == 0 ? "none" : "holds up to " + chain.anchored());
        }
        return table;
    }
}
