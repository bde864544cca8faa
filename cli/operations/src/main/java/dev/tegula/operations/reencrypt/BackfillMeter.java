package dev.tegula.operations.reencrypt;

import dev.tegula.envelope.FieldId;
import dev.tegula.jdbc.TableName;
import java.util.List;
import java.util.Optional;

/** Tells a listener how many rows of a table a backfill has looked at, and whom it waits for. Of one thread. */
final class BackfillMeter {

    private final TableName table;
    private final List<FieldId> fields;
    private final ProgressListener listener;
    private final Speed speed = new Speed();
    private long total;
    private long scanned;
    private long unreadable;

    BackfillMeter(TableName table, List<FieldId> fields, ProgressListener listener) {
        this.table = table;
        this.fields = fields;
        this.listener = listener;
    }

    /** About so many rows there are. */
    void total(long rows) {
        total = rows;
    }

    void nextPass() {
        scanned = 0;
    }

    void scanned(int rows, long notOpened) {
        scanned += rows;
        unreadable = notOpened;
        tell(Optional.empty());
    }

    /** Nothing is looked at while somebody is behind. */
    void waiting(String who) {
        tell(Optional.of(who));
    }

    private void tell(Optional<String> waitingFor) {
        var perSecond = speed.perSecond(System.nanoTime(), scanned);
        long all = Math.max(total, scanned);
        listener.progress(new Progress(
                table,
                fields,
                scanned,
                all,
                true,
                perSecond,
                Progress.eta(all - scanned, perSecond),
                0,
                unreadable,
                1,
                waitingFor));
    }
}
