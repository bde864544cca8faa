package dev.tegula.operations.scan;

import java.util.List;

/**
 * How much a scan reads.
 *
 * @param rows about how many rows of a table are looked at, at least 1; of a larger table they are drawn at random
 * @param exact whether all rows of columns of bytes are read for envelopes, by the server
 * @param tables globs of {@code schema.table}; all for none
 */
public record ScanSettings(int rows, boolean exact, List<String> tables) {

    /** Rows of a table that are looked at if nobody says otherwise. */
    public static final int ROWS = 1_000;

    /** Copies the globs. */
    public ScanSettings {
        if (rows < 1) {
            throw new IllegalArgumentException("A scan looks at least at one row, not " + rows);
        }
        tables = List.copyOf(tables);
    }

    /** {@value #ROWS} rows of every table. */
    public static ScanSettings standard() {
        return new ScanSettings(ROWS, false, List.of());
    }
}
