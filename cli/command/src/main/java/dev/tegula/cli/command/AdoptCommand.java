package dev.tegula.cli.command;

import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.ProgressPrinter;
import dev.tegula.cli.output.Table;
import dev.tegula.cli.output.UsageException;
import dev.tegula.failure.RefusedException;
import dev.tegula.jdbc.Identifiers;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.reencrypt.Adoption;
import dev.tegula.operations.reencrypt.AdoptionFacts;
import dev.tegula.operations.reencrypt.BackfillReport;
import dev.tegula.operations.reencrypt.Finding;
import dev.tegula.operations.reencrypt.PlainColumn;
import dev.tegula.operations.reencrypt.Preflight;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tegula adopt}. */
@Command(
        name = "adopt",
        description = {
            "Bring the values of a column in clear into the encrypted one beside it, while applications run, and compare both.",
            "It begins with a trigger that puts what a mapping with plaintextColumn writes into both, and empties the encrypted"
                    + " column where an earlier release changes the other one alone. Then deploy that mapping, or a release that"
                    + " writes both columns itself. Run again to resume, and when no earlier release is left."
        })
final class AdoptCommand extends TegulaCommand {

    @Parameters(paramLabel = "FIELD", converter = FieldNames.One.class, description = "The field.")
    String field = "";

    @Option(
            names = "--from",
            paramLabel = "COLUMN",
            required = true,
            description =
                    "The column in clear, in the table of the encrypted one; as schema.table.column where there are several.")
    String from = "";

    @Option(
            names = "--seal",
            description =
                    "Empty the column in clear where both say the same, and make a CHECK that refuses who writes it: when no"
                            + " release is left that does.")
    boolean seal;

    @Option(
            names = "--back",
            description =
                    "One step back. Of a column that is sealed: rows get their value in clear back; then, after a run that left"
                            + " none without: who writes the encrypted column alone is refused, so no such release may be left;"
                            + " then, when no mapping with plaintextColumn is left: the trigger goes.")
    boolean back;

    @Mixin
    final BackfillOptions rows = new BackfillOptions();

    @Mixin
    final AskedChange change = new AskedChange();

    @Override
    Outcome run(Invocation invocation) {
        if (seal && back) {
            throw new UsageException("--seal goes on and --back gives up; one of them was expected, not both.");
        }
        try (OpenDatabase open = invocation.open(3)) {
            invocation.about().fields(List.of(field));
            PlainColumn column = PlainColumns.of(open, field, from);
            Adoption adoption = new Adoption(open.dataSource(), open.tegula(), rows.settings());
            AdoptionFacts facts = adoption.facts(column);
            // Taking the trigger away changes no row.
            Preflight preflight = new Preflight(open.dataSource());
            List<Finding> findings = back && !behindTheSeal(facts) && !fencing(facts)
                    ? List.of()
                    : (back || seal ? preflight.lookBack(column) : preflight.look(column)).without(rows.accepted());
            if (change.dryRun) {
                return dryRun(adoption, column, facts, findings);
            }
            findings.stream().findFirst().ifPresent(finding -> {
                throw finding.failure();
            });
            invocation.confirm(
                    change, question(column, facts) + " in " + open.database().name() + "?");
            return invocation.watching(
                    open, List.of(column.encrypted()), () -> adopt(invocation, adoption, column, facts));
        }
    }

    private String question(PlainColumn column, AdoptionFacts facts) {
        if (back && behindTheSeal(facts)) {
            return "Write the values of " + column.encrypted().label() + " in clear into " + PlainColumns.place(column)
                    + (facts.settled()
                            ? ", and when all are there refuse who writes "
                                    + column.encrypted().column() + " alone,"
                            : "");
        }
        return seal
                ? "Empty " + PlainColumns.place(column) + ", whose values are in "
                        + column.encrypted().column() + ", and refuse what still writes it,"
                : back
                        ? (fencing(facts) ? "Give rows that are left their value in " : "Remove the trigger of ")
                                + PlainColumns.place(column)
                        : "Fill " + column.encrypted().label() + " from " + column.name();
    }

    private static boolean behindTheSeal(AdoptionFacts facts) {
        return facts.sealed() || facts.sealing() || facts.returning();
    }

    /** Whether a run was stopped behind the fence. */
    private static boolean fencing(AdoptionFacts facts) {
        return facts.released() && !facts.settled();
    }

    private Outcome dryRun(Adoption adoption, PlainColumn column, AdoptionFacts facts, List<Finding> findings) {
        List<String> lines = new ArrayList<>();
        if (back && behindTheSeal(facts)) {
            lines.add("Would write the values of about " + Table.count(facts.rows(), "row") + " in clear into "
                    + PlainColumns.place(column)
                    + (facts.settled()
                            ? "; where none is left that has none, who writes "
                                    + column.encrypted().column() + " alone would be refused from then on."
                            : "."));
        } else if (back && fencing(facts)) {
            lines.add("Would fill and compare about " + Table.count(facts.rows(), "row") + ": who writes "
                    + column.encrypted().column()
                    + " alone is refused, and no run ended since with every row in place.");
        } else if (back) {
            lines.add(
                    facts.form().isPresent() || facts.hole().isPresent()
                            ? "Would remove the trigger " + facts.guard() + "; both columns keep what they hold."
                            : "There is no trigger " + facts.guard() + ".");
        } else if (facts.sealing()) {
            lines.add(PlainColumns.place(column) + " is being sealed: --seal would go on.");
            adoption.halted(column).ifPresent(lines::add);
        } else if (facts.sealed()) {
            lines.add(PlainColumns.place(column) + " is sealed: it holds nothing, and a CHECK refuses who writes it.");
        } else {
            lines.add((facts.guarded()
                            ? "The trigger " + facts.guard() + " is there"
                            : facts.hole().isPresent()
                                    ? "Would make the trigger " + facts.guard()
                                            + " again, which does not see every write"
                                    : "Would make the trigger " + facts.guard())
                    + ": it empties " + column.encrypted().column() + " where somebody changes " + column.name()
                    + " alone.");
            lines.add("Would " + (seal ? "compare and empty" : "look at") + " about " + Table.count(facts.rows(), "row")
                    + ".");
            facts.required().ifPresent(required -> lines.add("In the way of --seal: it " + required.why() + "."));
            facts.inTheWay().forEach(what -> lines.add("In the way of --seal: " + what + "."));
            adoption.obstacle(column).ifPresent(refused -> lines.add("Would be refused: " + refused.getMessage()));
        }
        refusal(adoption, column, facts).ifPresent(refused -> lines.add("Would be refused: " + refused.getMessage()));
        lines.addAll(FindingText.lines(findings));
        return DryRun.of(lines);
    }

    /** What the trigger, or rows that it does not guard, would have refused. */
    private Optional<RefusedException> refusal(Adoption adoption, PlainColumn column, AdoptionFacts facts) {
        if (back && !behindTheSeal(facts) && !facts.released()) {
            return adoption.leaving(column);
        }
        return facts.hole()
                .filter(why -> seal || back || behindTheSeal(facts))
                .map(why -> new RefusedException("adoption-in-the-way", why));
    }

    private Outcome adopt(Invocation invocation, Adoption adoption, PlainColumn column, AdoptionFacts facts) {
        if (back && behindTheSeal(facts)) {
            return giveBack(invocation, adoption, column);
        }
        if (back) {
            return leave(invocation, adoption, column, facts);
        }
        ProgressPrinter progress =
                new ProgressPrinter(invocation.console(), seal ? "seal" : "adopt", InstantSource.system());
        try {
            if (seal) {
                BackfillReport sealed = adoption.seal(
                        column, rows.accepted(), invocation.interruption().control(), progress);
                return outcome(
                        sealed.clean() ? "sealed" : "filled",
                        column,
                        sealed,
                        Table.count(sealed.filled(), "row") + " of " + PlainColumns.place(column)
                                + " emptied; a CHECK refuses who writes it."
                                + " What was there is in the table's file until its rows are rewritten (VACUUM FULL or"
                                + " pg_repack), and in replicas, archives, backups and logs until they expire. Next: the release"
                                + " without plaintextColumn; when none is left that has it, drop the column, and the trigger and"
                                + " the function " + facts.guard() + ".");
            }
            BackfillReport filled = adoption.fill(
                    column, rows.accepted(), invocation.interruption().control(), progress);
            if (!filled.complete()) {
                return outcome("filled", column, filled, "");
            }
            if (!filled.wrong().isEmpty()) {
                return outcome(
                        "filled",
                        column,
                        filled,
                        (facts.hole().isPresent()
                                        ? "The trigger " + facts.guard()
                                                + " does not see every write, and was not mended"
                                        : "There is no trigger " + facts.guard() + " yet, and none was made")
                                + ": a release with plaintextColumn would" + " read those. "
                                + stale(column),
                        "");
            }
            BackfillReport compared =
                    adoption.verify(column, invocation.interruption().control(), progress);
            return outcome(
                    "filled",
                    column,
                    compared.withFilled(filled.filled()),
                    compared.wrong().isEmpty() && compared.unreadable().isEmpty()
                            ? PlainColumns.again(compared)
                            : stale(column),
                    "Every row says the same in both. Next: when no release is left that writes " + column.name()
                            + " alone, the same command, and then with --seal.");
        } finally {
            progress.clear();
        }
    }

    private static Outcome leave(Invocation invocation, Adoption adoption, PlainColumn column, AdoptionFacts facts) {
        ProgressPrinter progress = new ProgressPrinter(invocation.console(), "adopt", InstantSource.system());
        try {
            BackfillReport rest =
                    adoption.leave(column, invocation.interruption().control(), progress);
            boolean stays = facts.released() && adoption.facts(column).released();
            return outcome(
                    stays ? "filled" : "left",
                    column,
                    rest,
                    stays ? released(column) : "The trigger " + facts.guard() + " is gone.");
        } finally {
            progress.clear();
        }
    }

    private static Outcome giveBack(Invocation invocation, Adoption adoption, PlainColumn column) {
        ProgressPrinter progress = new ProgressPrinter(invocation.console(), "adopt", InstantSource.system());
        try {
            BackfillReport returned =
                    adoption.giveBack(column, invocation.interruption().control(), progress);
            boolean released = returned.clean() && adoption.facts(column).released();
            return outcome(
                    released ? "filled" : "returning",
                    column,
                    returned,
                    released
                            ? released(column)
                            : "Every row says the same in both. Next: the release with plaintextColumn; when none is left that"
                                    + " writes " + column.encrypted().column() + " alone, the same command again.");
        } finally {
            progress.clear();
        }
    }

    private static String released(PlainColumn column) {
        return "Every row says the same in both, and who writes "
                + column.encrypted().column() + " alone is refused. Next: the release that reads "
                + column.name()
                + " alone; when none is left with plaintextColumn, the same command, which"
                + " removes the trigger.";
    }

    /** How envelopes go of which the other column is the truth. */
    private static String stale(PlainColumn column) {
        String plain = Identifiers.quote(column.name());
        String encrypted = Identifiers.quote(column.encrypted().column());
        return "Until --seal " + column.name() + " is the truth. Where a listed row has a value in it, `UPDATE "
                + column.table().quoted() + " SET " + encrypted + " = NULL WHERE " + plain + " IS NOT NULL AND "
                + encrypted
                + " IS NOT NULL` empties what differs, and the same command fills it again. Where it has none,"
                + " the envelope may be all there is: empty it by its key only if " + column.name()
                + " was emptied on purpose.";
    }

    private static Outcome outcome(String state, PlainColumn column, BackfillReport report, String next) {
        return outcome(state, column, report, PlainColumns.again(report), next);
    }

    private static Outcome outcome(
            String state, PlainColumn column, BackfillReport report, String otherwise, String next) {
        Layout lines = new Layout();
        if (!state.equals("left") && !state.equals("sealed")) {
            lines.add(column.encrypted().label() + ": " + Table.count(report.filled(), "row") + " filled, "
                    + Table.number(report.sound()) + " compared and the same, " + Table.number(report.left()) + " not"
                    + (report.shredded() == 0 || state.equals("returning")
                            ? ""
                            : "; " + Table.count(report.shredded(), "dead value") + " of shredded tenants passed over")
                    + (report.complete() ? "." : "; stopped before the end."));
        }
        PlainColumns.list(lines, report.wrong(), "says something else in " + column.name());
        PlainColumns.list(
                lines,
                report.missing(),
                state.equals("returning")
                        ? "has one of both: changed meanwhile by a release that does not write the other, or a trigger of the table took the"
                                + " change back"
                        : "has no envelope: changed meanwhile by a release that does not write one, or a trigger of the table took it back");
        PlainColumns.list(
                lines,
                report.unreadable(),
                "does not open, says something else, or has a value that Java does not have");
        PlainColumns.list(
                lines,
                report.inClear(),
                "has a value in clear of a tenant that was shredded, which nothing encrypts any more: delete the row, or empty "
                        + column.name());
        PlainColumns.keyless(lines, column, report.keyless());
        if (report.shredded() > 0 && state.equals("returning")) {
            lines.add(PlainColumns.dead(column, report));
        }
        lines.add(report.clean() ? next : otherwise);
        Exit exit = !report.wrong().isEmpty()
                ? Exit.UNVERIFIED
                : !report.complete() ? Exit.INTERRUPTED : report.clean() ? Exit.DONE : Exit.PARTIAL;
        return new Outcome(
                exit,
                Json.object(
                        "schema", "tegula/adopt/1",
                        "field", column.encrypted().field().value(),
                        "column", column.encrypted().label(),
                        "plaintextColumn", PlainColumns.place(column),
                        "state", state,
                        "complete", report.complete(),
                        "filled", report.filled(),
                        "same", report.sound(),
                        "left", report.left(),
                        "different", report.wrong(),
                        "missing", report.missing(),
                        "unreadable", report.unreadable(),
                        "inClear", report.inClear(),
                        "keyless", report.keyless(),
                        "shredded", report.shredded()),
                lines);
    }
}
