package dev.tegula.operations.index;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a blind index would find and show, from the values that are there.
 *
 * @param rows rows with a value that has an index
 * @param values different values among them, after normalising
 * @param mostFrequent rows of the most frequent value
 * @param together groups that the other indexes of the table make already; 1 without any
 * @param lengths what it would be with so many bits
 */
public record IndexForecast(long rows, long values, long mostFrequent, long together, List<Length> lengths) {

    /** Fewer rows say nothing about a field. */
    public static final int FEWEST_ROWS = 100;

    /** With fewer different values an index shows each of them. */
    public static final int FEWEST_VALUES = 50;

    /** A value of more than one in so many rows is named by its frequency. */
    public static final int COMMON = 5;

    private static final int[] LENGTHS = {8, 12, 16, 20, 24, 32, 256};

    /** Copies the list. */
    public IndexForecast {
        lengths = List.copyOf(lengths);
    }

    /**
     * An index of some length.
     *
     * @param bits its length
     * @param found rows that a look-up of a stored value finds, on average
     * @param others of these, rows of other values
     * @param groups groups of rows that this index and the others of the table make together
     * @param alone rows that are alone in theirs
     */
    public record Length(int bits, double found, double others, long groups, long alone) {}

    /**
     * Counts.
     *
     * @param digests a hash of each row's value
     * @param others a hash of what the other indexes of the table show of the same row
     */
    static IndexForecast of(long[] digests, long[] others) {
        long[] sorted = digests.clone();
        Arrays.sort(sorted);
        Groups values = Groups.of(sorted);
        long[] already = others.clone();
        Arrays.sort(already);
        return new IndexForecast(
                digests.length,
                values.count,
                values.largest,
                Groups.of(already).count,
                IntStream.of(LENGTHS)
                        .mapToObj(bits -> length(bits, digests, others, values))
                        .toList());
    }

    private static Length length(int bits, long[] digests, long[] others, Groups values) {
        long[] both = new long[digests.length];
        for (int i = 0; i < both.length; i++) {
            long shown = bits >= Long.SIZE ? digests[i] : digests[i] >>> (Long.SIZE - bits);
            both[i] = Digests.mixed(others[i], shown);
        }
        Arrays.sort(both);
        Groups groups = Groups.of(both);
        double own = values.count == 0 ? 0 : (double) digests.length / values.count;
        double wrong = (digests.length - own) / Math.pow(2, bits);
        return new Length(bits, own + wrong, wrong, groups.count, groups.alone);
    }

    /** Whether so few values, or so common a one, are there that an index shows them. */
    public boolean showsValues() {
        return rows >= FEWEST_ROWS && (values < FEWEST_VALUES || mostFrequent * COMMON > rows);
    }

    /** Runs of equal numbers. */
    private record Groups(long count, long largest, long alone) {

        static Groups of(long[] sorted) {
            long count = 0;
            long largest = 0;
            long alone = 0;
            int from = 0;
            for (int i = 1; i <= sorted.length; i++) {
                if (i == sorted.length || sorted[i] != sorted[from]) {
                    count++;
                    largest = Math.max(largest, i - from);
                    alone += i - from == 1 ? 1 : 0;
                    from = i;
                }
            }
            return new Groups(count, largest, alone);
        }
    }
}
