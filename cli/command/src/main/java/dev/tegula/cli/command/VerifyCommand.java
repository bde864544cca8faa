package dev.tegula.cli.command;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.ProgressPrinter;
import dev.tegula.cli.output.Table;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.reencrypt.CipherSource;
import dev.tegula.operations.reencrypt.SweepSettings;
import dev.tegula.operations.reencrypt.Verification;
import dev.tegula.operations.reencrypt.VerifyReport;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tegula verify}. */
@Command(
        name = "verify",
        description = {
            "Open every value, check its place and type, count per key. Changes nothing.",
            "Bad values are listed by primary key, never shown. A table is read by one thread."
        })
final class VerifyCommand extends TegulaCommand {

    @Parameters(
            paramLabel = "FIELD",
            arity = "1..*",
            converter = FieldNames.Pattern.class,
            description = "Field ids or globs.")
    List<String> fields = List.of();

    @Option(
            names = "--sample",
            paramLabel = "PERCENT",
            converter = Numbers.Percent.class,
            description = "Only so many percent of the rows, drawn at random.")
    double sample = 100;

    @Mixin
    final WorkersOption workers = new WorkersOption();

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open(workers.count + 2)) {
            List<EncryptedColumn> columns = Columns.required(open, fields);
            columns.forEach(new ToldFirst(open, invocation)::read);
            ProgressPrinter progress = new ProgressPrinter(invocation.console(), "verify", InstantSource.system());
            VerifyReport report;
            try {
                report = new Verification(
                                open.dataSource(), CipherSource.of(open.tegula().keyring()), SweepSettings.standard())
                        .verify(
                                columns,
                                sample,
                                workers.count,
                                invocation.interruption().control(),
                                progress);
            } finally {
                progress.clear();
            }
            return outcome(report);
        }
    }

    private static String reason(VerifyReport.BadValue value) {
        return value.reason()
                + switch (value.reason()) {
                    case VerifyReport.NOT_AN_ENVELOPE -> ": looks like plaintext that was never encrypted";
                    case VerifyReport.TOO_LARGE ->
                        ": more than " + Table.number(SweepSettings.standard().valueBytes())
                                + " bytes, a 32nd of the memory that Java has here; give it more"
                                + " (JAVA_TOOL_OPTIONS=-Xmx4g) and run again, or write a smaller value";
                    default -> "";
                };
    }

    private static Outcome outcome(VerifyReport report) {
        Table table = Table.headed("COLUMN", "KEY ID", "OPENED");
        List<Object> opened = new ArrayList<>();
        report.opened()
                .forEach((column, keys) -> keys.forEach((key, count) -> {
                    table.row(column.label(), key.shortHex(), count);
                    opened.add(Json.object(
                            "column",
                            column.label(),
                            "field",
                            column.field().value(),
                            "keyId",
                            key.hex(),
                            "values",
                            count));
                }));
        List<Object> bad = new ArrayList<>();
        Layout lines = new Layout();
        if (!table.isEmpty()) {
            lines.add(table);
        }
        for (VerifyReport.BadValue value : report.bad()) {
            bad.add(Json.object(
                    "column",
                    value.column().label(),
                    "row",
                    value.row(),
                    "reason",
                    value.reason(),
                    "keyId",
                    value.keyId().map(key -> key.hex()).orElse(null)));
            lines.add("bad  " + value.column().label() + "  row " + value.row() + "  " + reason(value)
                    + value.keyId().map(key -> "  key " + key.shortHex()).orElse(""));
        }
        lines.add(Table.number(report.openedTotal()) + " values open in their place; " + Table.number(report.badTotal())
                + " do not." + (report.complete() ? "" : " Stopped before the end."));
        if (report.shredded() > 0) {
            lines.add(
                    Table.number(report.shredded())
                            + " values are of tenants that were shredded: nothing opens them, and they are not counted as bad.");
        }
        Exit exit = report.badTotal() > 0 ? Exit.UNVERIFIED : report.complete() ? Exit.DONE : Exit.INTERRUPTED;
        return new Outcome(
                exit,
                Json.object(
                        "schema",
                        "tegula/verify/1",
                        "complete",
                        report.complete(),
                        "opened",
                        report.openedTotal(),
                        "bad",
                        report.badTotal(),
                        "shredded",
                        report.shredded() > 0 ? report.shredded() : null,
                        "columns",
                        opened,
                        "badValues",
                        bad),
                lines);
    }
}
