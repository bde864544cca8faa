package dev.tegula.operations.reencrypt;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.jdbc.TableName;
import dev.tegula.operations.reencrypt.VerifyReport.BadValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/** Collects what the threads of a verification find. */
final class VerifyTally {

    private final Map<EncryptedColumn, SortedMap<KeyId, Long>> opened = new HashMap<>();
    private final List<BadValue> bad = new ArrayList<>();
    private final Speed speed = new Speed();
    private long badTotal;
    private long shredded;
    private long expected;
    /** Tables whose values are estimated. */
    private int open;

    private long looked;

    /** So many values more are to be looked at, by an estimate. */
    synchronized void expect(long values) {
        expected += values;
        open++;
    }

    /** A table was read to its end: what was counted takes the place of what was estimated. */
    synchronized void counted(long values, long estimate) {
        expected += values - estimate;
        open--;
    }

    /** Adds values looked at and tells the listener where all tables together are. */
    synchronized void progress(
            TableName table, List<FieldId> fields, long values, int workers, ProgressListener listener) {
        looked += values;
        OptionalDouble perSecond = speed.perSecond(System.nanoTime(), looked);
        long total = Math.max(looked, expected);
        OptionalLong eta = Progress.eta(total - looked, perSecond);
        listener.progress(new Progress(
                table, fields, looked, total, open > 0, perSecond, eta, 0, badTotal, workers, Optional.empty()));
    }

    synchronized void opened(EncryptedColumn column, KeyId keyId) {
        opened.computeIfAbsent(column, c -> new TreeMap<>()).merge(keyId, 1L, Long::sum);
    }

    synchronized void bad(BadValue value) {
        badTotal++;
        if (bad.size() < VerifyReport.MAX_LISTED) {
            bad.add(value);
        }
    }

    synchronized void shredded() {
        shredded++;
    }

    synchronized VerifyReport report(boolean complete) {
        return new VerifyReport(opened, bad, badTotal, shredded, complete);
    }
}
