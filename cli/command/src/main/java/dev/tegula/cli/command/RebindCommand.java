package dev.tegula.cli.command;

import static java.util.Objects.requireNonNull;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.operations.reencrypt.Finding.Kind;
import dev.tegula.operations.reencrypt.MovedRows;
import dev.tegula.operations.reencrypt.Preflight;
import dev.tegula.operations.reencrypt.Rebinding;
import dev.tegula.operations.reencrypt.Rebinding.Report;
import dev.tegula.operations.reencrypt.Rebinding.Result;
import dev.tegula.operations.reencrypt.SweepSettings;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tegula rebind}. */
@Command(
        name = "rebind",
        description = {
            "Bind values of mode ROW to the new primary key of their rows, after keys were changed on purpose.",
            "Only what opens under the key that the list says the row had, and only if no row has that key now. Make the list"
                    + " when you change the keys, and keep it where who writes the table cannot write: docs/jpa.md says what this"
                    + " cannot tell. Run again to resume."
        })
final class RebindCommand extends TegulaCommand {

    private static final int CONNECTIONS = 3;

    @Parameters(paramLabel = "TABLE", description = "schema.table, as `tegula fields list` prints it.")
    String table = "";

    @Option(
            names = "--moved",
            paramLabel = "FILE",
            required = true,
            description =
                    "Each row in a line of CSV without a header: the parts of its old key, then those of its new one.")
    @Nullable
    Path moved;

    /** What the part of a key may be. */
    enum KeyType {
        BIGINT,
        UUID,
        TEXT,
        BYTEA
    }

    @Option(
            names = "--was",
            paramLabel = "TYPE",
            split = ",",
            description =
                    "Types of the parts of the old key where they were others: BIGINT (every integer), UUID, TEXT, BYTEA; for"
                            + " example BIGINT,TEXT.")
    List<KeyType> was = List.of();

    @Mixin
    final AcceptOptions accept = new AcceptOptions();

    @Mixin
    final AskedChange change = new AskedChange();

    @Override
    Outcome run(Invocation invocation) {
        try (OpenDatabase open = invocation.open(CONNECTIONS)) {
            List<EncryptedColumn> columns = Rebinding.columns(open.catalogue().columns(), table);
            invocation
                    .about()
                    .fields(columns.stream()
                            .map(column -> column.field().value())
                            .distinct()
                            .toList());
            Set<Kind> accepted = EnumSet.of(Kind.NOT_OWNER);
            accepted.addAll(accept.kinds());
            new Preflight(open.dataSource()).look(columns).require(accepted);
            MovedRows rows = MovedRows.read(requireNonNull(moved));
            if (!change.dryRun) {
                invocation.confirm(
                        change,
                        "Bind values of " + Table.count(rows.size(), "row") + " of " + table + " in "
                                + open.database().name() + " to the keys that " + moved + " says are their new ones?");
            }
            return invocation.watching(open, columns, () -> run(invocation, open, columns, rows));
        }
    }

    private Outcome run(Invocation invocation, OpenDatabase open, List<EncryptedColumn> columns, MovedRows rows) {
        Rebinding rebinding = new Rebinding(open.tegula(), open.dataSource(), SweepSettings.standard());
        Report report = rebinding.run(
                columns,
                was.stream().map(type -> type.name().toLowerCase(Locale.ROOT)).toList(),
                rows,
                change.dryRun,
                invocation.interruption().control());
        RebindText text = new RebindText(table, report);
        if (change.dryRun) {
            return DryRun.of(text.layout(true), text.sentences(true), text.counted());
        }
        Exit exit = exit(report);
        return new Outcome(exit, text.document(exit), text.layout(false));
    }

    private static Exit exit(Report report) {
        if (!report.complete()) {
            return Exit.INTERRUPTED;
        }
        return report.count(Result.STAYS) + report.count(Result.HELD) + report.count(Result.GONE) > 0
                ? Exit.PARTIAL
                : Exit.DONE;
    }
}
