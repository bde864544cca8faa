package dev.tegula.operations.reencrypt;

import java.util.Optional;

/** Tells a listener how many rows of a table a backfill has looked at. Of one thread. */
final class BackfillMeter {

    private final IndexSource index;
    private final ProgressListener listener;
    private final Speed speed = new Speed();
    private long total;
    private long scanned;

    BackfillMeter(IndexSource index, ProgressListener listener) {
        this.index = index;
        this.listener = listener;
    }

    /** About so many rows there are. */
    void total(long rows) {
        total = rows;
    }

    void nextPass() {
        scanned = 0;
    }

    void scanned(int rows, long unreadable) {
        scanned += rows;
        var perSecond = speed.perSecond(System.nanoTime(), scanned);
        long all = Math.max(total, scanned);
        listener.progress(new Progress(
                index.table(),
                index.fields(),
                scanned,
                all,
                perSecond,
                Progress.eta(all - scanned, perSecond),
                0,
                unreadable,
                1,
                Optional.empty()));
    }
}
