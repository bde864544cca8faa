package dev.tegula.operations.reencrypt;

import dev.tegula.audit.AuditEntry;
import dev.tegula.envelope.StrictText;
import dev.tegula.jdbc.TableName;
import dev.tegula.operations.reencrypt.Rebinding.Left;
import dev.tegula.operations.reencrypt.Rebinding.Result;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What came of some values. Keys of rows may say something of people: the audit trail is told the numbers alone. */
final class ReboundTally {

    private static final int LONGEST = 1_000;

    private final Map<Result, Long> counts = new EnumMap<>(Result.class);
    private final List<Left> left = new ArrayList<>();

    void count(Result result, long values) {
        counts.merge(result, values, Long::sum);
    }

    void left(Left value) {
        count(value.result(), 1);
        left.add(value);
    }

    void add(ReboundTally other) {
        other.counts.forEach(this::count);
        left.addAll(other.left);
    }

    Map<Result, Long> counts() {
        return counts;
    }

    List<Left> left() {
        return left;
    }

    AuditEntry told(TableName table) {
        return AuditEntry.of(AuditEntry.RESERVED + "row.rebind", "table", StrictText.fitted(table.toString(), LONGEST))
                .detail("values of rows whose primary key was changed, "
                        + counts.entrySet().stream()
                                .map(count -> count.getKey().name().toLowerCase(Locale.ROOT) + ": " + count.getValue())
                                .collect(Collectors.joining(", ")));
    }
}
