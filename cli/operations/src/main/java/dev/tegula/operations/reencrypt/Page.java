package dev.tegula.operations.reencrypt;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one page, in key order.
 *
 * @param rows the rows that hold something of interest
 * @param cut whether the page ended before all scanned rows of interest were taken
 * @param scanned rows looked at
 * @param lastScanned key of the last of them, or null if there was none
 */
record Page(
        List<Row> rows, boolean cut, int scanned, @Nullable List<String> lastScanned) {

    Page {
        rows = List.copyOf(rows);
    }

    /**
     * One row.
     *
     * @param key its key, as text
     * @param cells for each column of the query its value, or null where it is of no interest
     */
    record Row(List<String> key, List<@Nullable Cell> cells) {}

    /** Where the next page starts: behind the last taken row if the page was cut, else behind all that was scanned. */
    @Nullable
    List<String> next() {
        return cut ? rows.get(rows.size() - 1).key() : lastScanned;
    }
}
