package dev.tegula.reencrypt;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.KeyId;
import dev.tegula.reencrypt.VerifyReport.BadValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Collects what the threads of a verification find. */
final class VerifyTally {

    private final Map<EncryptedColumn, SortedMap<KeyId, Long>> opened = new HashMap<>();
    private final List<BadValue> bad = new ArrayList<>();
    private long badTotal;

    synchronized void opened(EncryptedColumn column, KeyId keyId) {
        opened.computeIfAbsent(column, c -> new TreeMap<>()).merge(keyId, 1L, Long::sum);
    }

    synchronized void bad(BadValue value) {
        badTotal++;
        if (bad.size() < VerifyReport.MAX_LISTED) {
            bad.add(value);
        }
    }

    synchronized long badTotal() {
        return badTotal;
    }

    synchronized VerifyReport report(boolean complete) {
        return new VerifyReport(opened, bad, badTotal, complete);
    }
}
