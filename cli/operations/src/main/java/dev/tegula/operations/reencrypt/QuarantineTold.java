package dev.tegula.operations.reencrypt;

import dev.tegula.audit.AuditEntry;
import dev.tegula.envelope.StrictText;
import dev.tegula.jdbc.TableName;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/** What the audit trail is told of the quarantine: how many values and why. Keys of rows may say something of people: they are not told. */
final class QuarantineTold {

    private static final int LONGEST = 1_000;

    private QuarantineTold() {}

    static AuditEntry added(TableName table, UUID job, List<Quarantine.Entry> entries) {
        Map<String, Long> counts = entries.stream()
                .collect(Collectors.groupingBy(
                        entry -> entry.column() + " " + entry.reason(), TreeMap::new, Collectors.counting()));
        String what = counts.entrySet().stream()
                .map(each -> each.getKey() + ": " + each.getValue())
                .collect(Collectors.joining(", "));
        return AuditEntry.of(
                        AuditEntry.RESERVED + "quarantine.add", "table", StrictText.fitted(table.toString(), LONGEST))
                .detail(StrictText.fitted("job " + job + ", values left as they are, " + what, LONGEST));
    }

    /** What came of trying values again: how many of which result. */
    static AuditEntry retried(TableName table, Map<String, Long> counts) {
        return AuditEntry.of(
                        AuditEntry.RESERVED + "quarantine.retry", "table", StrictText.fitted(table.toString(), LONGEST))
                .detail(StrictText.fitted(
                        "values tried again, "
                                + counts.entrySet().stream()
                                        .map(each -> each.getKey() + ": " + each.getValue())
                                        .collect(Collectors.joining(", ")),
                        LONGEST));
    }

    static AuditEntry forgotten(TableName table, UUID job, int values) {
        return AuditEntry.of(
                        AuditEntry.RESERVED + "quarantine.forget",
                        "table",
                        StrictText.fitted(table.toString(), LONGEST))
                .detail("job " + job + ", values that were replaced or are gone: " + values);
    }
}
