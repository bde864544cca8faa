package dev.tegula.operations.reencrypt;

/**
 * How many rows the next transaction changes: as many as are swapped in the time that a writer may wait for one of them. More
 * while that is quick and nobody else is at the rows, fewer when it takes long or others were there. Not thread-safe.
 */
final class Pace {

    /** From the first lock to the end of COMMIT. */
    private static final long AIM_NANOS = 50_000_000;

    private static final long MOST_PAUSE_NANOS = 5_000_000_000L;

    /** Where a pass over a table that others write begins, and what it comes back to. */
    private static final int GENTLE_ROWS = 100;

    private final int most;
    private int rows;

    /** At most so many rows. */
    Pace(int most) {
        this.most = most;
        this.rows = Math.min(most, GENTLE_ROWS);
    }

    int rows() {
        return rows;
    }

    /**
     * Notes a swap.
     *
     * @param swapped rows that it changed
     * @param left rows that others held or changed
     * @param nanos from the first lock to the end of COMMIT
     * @return nanoseconds to leave the server to others before the next
     */
    long swapped(int swapped, int left, long nanos) {
        if (left > 0) {
            rows = Math.min(rows, Math.max(1, Math.min(most, GENTLE_ROWS)));
        }
        if (nanos > AIM_NANOS) {
            rows = Math.max(1, (int) Math.max(rows / 2, rows * AIM_NANOS / nanos));
        } else if (left == 0 && swapped >= rows && nanos < AIM_NANOS / 2) {
            rows = Math.min(most, rows * 2);
        }
        return Math.min(MOST_PAUSE_NANOS, Math.max(0, nanos - 2 * AIM_NANOS));
    }

    /** Notes that the server gave up a statement. */
    void cancelled() {
        rows = Math.max(1, rows / 2);
    }
}
