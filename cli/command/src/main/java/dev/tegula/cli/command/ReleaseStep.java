package dev.tegula.cli.command;

import dev.tegula.cli.output.UsageException;
import dev.tegula.operations.reencrypt.AdoptionFacts;
import dev.tegula.operations.reencrypt.PlainColumn;

/** What one run of {@code tegula release} does; each of them comes after the one before. */
enum ReleaseStep {
    FILL {
        @Override
        String question(PlainColumn column) {
            return "Write the values of " + column.encrypted().label() + " in clear into " + PlainColumns.place(column);
        }
    },
    FENCE {
        @Override
        String question(PlainColumn column) {
            return "Refuse every release that writes " + column.encrypted().label() + " and not " + column.name();
        }
    },
    END {
        @Override
        String question(PlainColumn column) {
            return "Refuse every release that still writes "
                    + column.encrypted().label();
        }
    };

    /** What {@code --fence} and {@code --end} ask for. */
    static ReleaseStep of(boolean fence, boolean end) {
        if (fence && end) {
            throw new UsageException("--fence comes before --end; one of them was expected, not both.");
        }
        if (end) {
            return END;
        }
        return fence ? FENCE : FILL;
    }

    /** Without its question mark. */
    abstract String question(PlainColumn column);

    /** How far a release is, in words. */
    static String reached(PlainColumn column, AdoptionFacts facts) {
        String place = PlainColumns.place(column);
        String encrypted = column.encrypted().column();
        if (facts.ended()) {
            return place + " was released: the trigger " + facts.guard() + " refuses every envelope.";
        }
        if (facts.released()) {
            return place + " is fenced: the trigger " + facts.guard() + " refuses who writes " + encrypted
                    + " alone. Whether every row has its value, --fence and --end compare.";
        }
        if (facts.returning()) {
            return place + " gets its values: the trigger " + facts.guard() + " is there.";
        }
        return place + " has no values of " + encrypted + " yet; without --fence and --end the trigger " + facts.guard()
                + " would be made.";
    }
}
