package dev.tegula.operations.reencrypt;

import java.util.List;
import java.util.stream.Stream;

/**
 * What was done about a column that is computed from others of its row: a blind index, or the envelopes of values that are in
 * clear. Rows are named by their keys.
 *
 * @param filled rows that got what was computed
 * @param sound rows that hold what belongs to their value; only a verification looks at them
 * @param duplicates rows for which another row has it already, in a UNIQUE column; at most {@link #MAX_LISTED}
 * @param unreadable rows whose value does not open; at most as many
 * @param missing rows with values and nothing beside them; only a verification lists them all, a fill those in which a trigger put back
 *     what they held; at most as many
 * @param wrong rows that hold anything but what belongs to their value, or that without a value; at most as many
 * @param left rows that are not done, of all kinds
 * @param complete whether it came to the end and was not stopped
 * @param shredded rows with a value of a tenant that was shredded, which are none of these: nothing is computed of them any more; where
 *     values are to come back in clear, those of the unreadable ones whose value cannot
 * @param refused rows whose value opens, and of which nothing can be computed, because its normaliser or tokeniser refuses it; at
 *     most as many
 * @param keyless tenants that have no key to compute it with, whose rows are left; at most as many
 * @param inClear rows that hold a value in clear of a tenant that was shredded, which nothing encrypts any more; at most as many
 */
public record BackfillReport(
        long filled,
        long sound,
        List<String> duplicates,
        List<String> unreadable,
        List<String> missing,
        List<String> wrong,
        long left,
        boolean complete,
        long shredded,
        List<String> refused,
        List<String> keyless,
        List<String> inClear) {

    /** How many rows of a kind are listed. */
    public static final int MAX_LISTED = 1_000;

    /** Copies the lists. */
    public BackfillReport {
        duplicates = List.copyOf(duplicates);
        unreadable = List.copyOf(unreadable);
        missing = List.copyOf(missing);
        wrong = List.copyOf(wrong);
        refused = List.copyOf(refused);
        keyless = List.copyOf(keyless);
        inClear = List.copyOf(inClear);
    }

    /** Without rows of a shredded tenant, or of one without a key, or that are refused. */
    public BackfillReport(
            long filled,
            long sound,
            List<String> duplicates,
            List<String> unreadable,
            List<String> missing,
            List<String> wrong,
            long left,
            boolean complete) {
        this(filled, sound, duplicates, unreadable, missing, wrong, left, complete, 0, List.of(), List.of(), List.of());
    }

    /** Of a run that had nothing to do. */
    public static BackfillReport nothing() {
        return new BackfillReport(0, 0, List.of(), List.of(), List.of(), List.of(), 0, true);
    }

    /** The same, after so many rows were filled. */
    public BackfillReport withFilled(long rows) {
        return new BackfillReport(
                rows,
                sound,
                duplicates,
                unreadable,
                missing,
                wrong,
                left,
                complete,
                shredded,
                refused,
                keyless,
                inClear);
    }

    /** The same, after so many rows more were filled. */
    BackfillReport plusFilled(long rows) {
        return withFilled(filled + rows);
    }

    /** The same, with so many rows more that have a value and nothing beside it. */
    BackfillReport plusMissing(List<String> rows) {
        return new BackfillReport(
                filled,
                sound,
                duplicates,
                unreadable,
                Stream.concat(missing.stream(), rows.stream()).toList(),
                wrong,
                left + rows.size(),
                complete,
                shredded,
                refused,
                keyless,
                inClear);
    }

    /** Whether every row with a value has what belongs to it. */
    public boolean clean() {
        return complete && left == 0;
    }
}
