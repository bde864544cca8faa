package dev.tegula.operations.reencrypt;

import java.util.List;

/**
 * What was done about the blind index of a column. Rows are named by their keys.
 *
 * @param filled rows that got their index
 * @param sound rows that have the index of their value; only a verification looks at them
 * @param duplicates rows whose index another row has already, in a UNIQUE column; at most {@link #MAX_LISTED}
 * @param unreadable rows whose value does not open, or has no index because its normaliser refuses it; at most as many
 * @param missing rows with values and no index; only a verification lists them; at most as many
 * @param wrong rows that hold another index than that of their value, or an index without a value; at most as many
 * @param left rows that are not done, of all kinds
 * @param complete whether it came to the end and was not stopped
 */
public record BackfillReport(
        long filled,
        long sound,
        List<String> duplicates,
        List<String> unreadable,
        List<String> missing,
        List<String> wrong,
        long left,
        boolean complete) {

    /** How many rows of a kind are listed. */
    public static final int MAX_LISTED = 1_000;

    /** Copies the lists. */
    public BackfillReport {
        duplicates = List.copyOf(duplicates);
        unreadable = List.copyOf(unreadable);
        missing = List.copyOf(missing);
        wrong = List.copyOf(wrong);
    }

    /** Whether every row with a value has its index. */
    public boolean clean() {
        return complete && left == 0;
    }
}
