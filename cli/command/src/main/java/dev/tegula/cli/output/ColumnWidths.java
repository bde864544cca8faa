package dev.tegula.cli.output;

import java.util.List;

/** How wide the columns of a table are. */
final class ColumnWidths {

    /** A narrower column of prose is harder to read than a list. */
    private static final int NARROWEST_PROSE = 24;

    private ColumnWidths() {}

    /**
     * As wide as the widest cell; where that is too much, columns of several words give way, the widest first, to the longest
     * of their words at most.
     *
     * @param room columns of the terminal for all cells
     * @return empty if the table does not fit
     */
    static int[] of(List<List<String>> rows, int columns, int room) {
        int[] widths = new int[columns];
        int[] least = new int[columns];
        for (List<String> row : rows) {
            for (int c = 0; c < row.size(); c++) {
                widths[c] = Math.max(widths[c], Wrap.length(row.get(c)));
                least[c] = Math.max(least[c], longestWord(row.get(c)));
            }
        }
        long total = 0;
        for (int c = 0; c < columns; c++) {
            least[c] = Math.min(widths[c], Math.max(least[c], NARROWEST_PROSE));
            total += widths[c];
        }
        while (total > room) {
            int widest = widestThatGives(widths, least);
            if (widest < 0) {
                return new int[0];
            }
            widths[widest]--;
            total--;
        }
        return widths;
    }

    private static int widestThatGives(int[] widths, int[] least) {
        int widest = -1;
        for (int c = 0; c < widths.length; c++) {
            if (widths[c] > least[c] && (widest < 0 || widths[c] > widths[widest])) {
                widest = c;
            }
        }
        return widest;
    }

    private static int longestWord(String text) {
        int longest = 0;
        for (String word : text.split("\\s+", -1)) {
            longest = Math.max(longest, Wrap.length(word));
        }
        return longest;
    }
}
