package dev.tegula.operations.reencrypt;

import dev.tegula.failure.RefusedException;
import java.util.List;

/** Rows that a trigger of the table makes hold what they held: no run brings these further, and only its owner knows what it is for. */
final class UndoneRows {

    private static final int MOST_NAMED = 5;

    private UndoneRows() {}

    /** Refuses to go on where a fill met such rows; gives its report otherwise. */
    static BackfillReport require(ColumnPasses passes, PlainColumn column, String target, BackfillReport report) {
        List<String> rows = passes.undone();
        if (rows.isEmpty()) {
            return report;
        }
        throw refusal(
                passes,
                column,
                "a trigger of " + column.table() + " puts back what was in " + target + " of "
                        + (rows.size() < BackfillReport.MAX_LISTED ? "" : "at least ")
                        + (rows.size() == 1 ? "1 row" : rows.size() + " rows") + ", as "
                        + String.join("; ", rows.subList(0, Math.min(MOST_NAMED, rows.size())))
                        + ". What was changed in other rows stays.");
    }

    /** Those of the table that fire where one of the two columns is changed. */
    static List<String> triggers(ColumnPasses passes, PlainColumn column) {
        return passes.once(session -> TableFacts.read(
                        session,
                        column.table(),
                        List.of(column.name(), column.encrypted().column()))
                .updateTriggers());
    }

    /** The refusal, with the triggers that may be the reason and what to do. */
    static RefusedException refusal(ColumnPasses passes, PlainColumn column, String what) {
        List<String> triggers = triggers(passes, column);
        return new RefusedException(
                "adoption-undone",
                column.table() + "." + column.name() + ": " + what
                        + (triggers.isEmpty()
                                ? " No UPDATE trigger was found; a rule or one of another table may do it."
                                : " UPDATE triggers of the table: " + String.join(", ", triggers) + ".")
                        + " Give the one that does it WHEN (current_setting('application_name') <> '"
                        + SweepSettings.APPLICATION + "'), or drop it, then run the same command again.");
    }
}
