package dev.tegula.cli.command;

import com.zaxxer.hikari.HikariDataSource;
import dev.tegula.cli.database.Databases;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Console;
import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.cli.report.ScanFacts;
import dev.tegula.config.DatabaseSettings;
import dev.tegula.envelope.KeyId;
import dev.tegula.jdbc.SchemaScript;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.scan.Scan;
import dev.tegula.operations.scan.ScanDocument;
import dev.tegula.operations.scan.ScanFinding;
import dev.tegula.operations.scan.ScanListener;
import dev.tegula.operations.scan.ScanReport;
import dev.tegula.operations.scan.ScanSettings;
import dev.tegula.registry.KeyRow;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tegula scan}. */
@Command(
        name = "scan",
        description = {
            "Look through every table for envelopes that nobody declared and for plaintext that looks personal.",
            "Foreign tables are left out. Exit 3 for findings, with --baseline only for new ones. Guesses from names and from a sample of values, which it"
                    + " never shows. Changes nothing, and needs no table of Tegula's: those are left out, with the notes of secrets.",
            "Values of secrets are opened by `tegula verify tegula.secret`."
        })
final class ScanCommand extends TegulaCommand {

    private static final long SAY_EVERY_NANOS = 2_000_000_000;

    @Parameters(paramLabel = "TABLE", arity = "0..*", description = "Globs of schema.table; all tables without.")
    List<String> tables = List.of();

    @Option(
            names = "--rows",
            paramLabel = "N",
            converter = Numbers.Sample.class,
            description = "About so many rows of each table, drawn at random, 1 to 1,000,000 (default: 1,000).")
    int rows = ScanSettings.ROWS;

    @Option(names = "--exact", description = "Read all rows of columns of bytes for envelopes.")
    boolean exact;

    @Option(
            names = "--baseline",
            paramLabel = "FILE",
            description = "What --json printed before: findings in it are accepted.")
    @Nullable
    Path baseline;

    @Override
    Outcome run(Invocation invocation) {
        List<ScanFinding> accepted = baseline == null ? List.of() : ScanDocument.read(baseline);
        DatabaseSettings database = invocation.configuration().database(common.database);
        boolean registry;
        try (HikariDataSource pool =
                Databases.pool(database, 1, invocation.about().changes())) {
            Transactions transactions = new Transactions(pool);
            registry = SchemaScript.isThere(transactions);
            if (!registry) {
                invocation
                        .console()
                        .warn(
                                "This database has no tables of Tegula: every envelope counts as under a key that nobody has.");
                return outcome(new Scan(transactions, List.of(), Set.of()), invocation, accepted, false);
            }
        }
        try (OpenDatabase open = invocation.open()) {
            Set<KeyId> known =
                    open.lifecycle().list().stream().map(KeyRow::keyId).collect(Collectors.toSet());
            return outcome(
                    new Scan(open.transactions(), open.catalogue().columns(), known), invocation, accepted, true);
        }
    }

    private Outcome outcome(Scan scan, Invocation invocation, List<ScanFinding> accepted, boolean registry) {
        ScanReport report = scan.run(
                new ScanSettings(rows, exact, tables),
                invocation.interruption().control(),
                progress(invocation.console()));
        List<ScanFinding> newer = report.newer(accepted);
        Exit exit = !report.complete() ? Exit.INTERRUPTED : newer.isEmpty() ? Exit.DONE : Exit.PARTIAL;
        return new Outcome(exit, ScanDocument.of(report, accepted, registry), layout(report, newer));
    }

    private Layout layout(ScanReport report, List<ScanFinding> newer) {
        Layout lines = new Layout();
        if (!report.findings().isEmpty()) {
            Table table = Table.headed("PLACE", "FOUND", "VALUES", "OF", baseline == null ? "" : "SINCE");
            for (ScanFinding finding : report.findings()) {
                table.row(
                        finding.place(),
                        ScanFacts.found(finding),
                        finding.hits(),
                        finding.values(),
                        baseline == null ? "" : newer.contains(finding) ? "new" : "baseline");
            }
            lines.add(table);
        }
        lines.add(Table.count(report.tables(), "table") + ", " + Table.count(report.columns(), "column") + ", "
                + Table.count(report.values(), "value") + " looked at: "
                + Table.count(report.findings().size(), "finding")
                + (baseline == null ? "" : ", " + newer.size() + " new") + "."
                + (report.complete() ? "" : " Stopped before the end."));
        return next(lines, newer);
    }

    private static Layout next(Layout lines, List<ScanFinding> newer) {
        Set<ScanFinding.Kind> kinds = EnumSet.noneOf(ScanFinding.Kind.class);
        newer.forEach(finding -> kinds.add(finding.kind()));
        if (kinds.isEmpty()) {
            return lines;
        }
        lines.add("Next:");
        for (ScanFinding.Kind kind : kinds) {
            lines.add("  "
                    + switch (kind) {
                        case UNDECLARED_ENVELOPES ->
                            "tegula fields add FIELD SCHEMA.TABLE.COLUMN --type TYPE   lets rotations move the values of a column";
                        case UNKNOWN_KEYS ->
                            "tegula keys import FILE   brings back keys from a backup; of another deployment's values, ask there";
                        case NOT_ENCRYPTED -> "tegula verify FIELD   lists them by primary key";
                        case PERSONAL_DATA -> "Encrypt it as docs/jpa.md says, or leave it out of the table";
                        case UNREADABLE ->
                            "Give the operator SELECT, and BYPASSRLS where there is row-level security, and scan again";
                    });
        }
        return lines.add(
                "To accept what was found: tegula scan --json > scan.json, and from then on tegula scan --baseline"
                        + " scan.json");
    }

    static ScanListener progress(Console console) {
        long[] said = {System.nanoTime()};
        return (table, done, total) -> {
            if (System.nanoTime() - said[0] > SAY_EVERY_NANOS) {
                said[0] = System.nanoTime();
                console.say("scanning " + table + ": " + done + " of " + Table.count(total, "table"));
            }
        };
    }
}
