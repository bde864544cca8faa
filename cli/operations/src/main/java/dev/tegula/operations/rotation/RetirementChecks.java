package dev.tegula.operations.rotation;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.envelope.KeyId;
import dev.tegula.jdbc.TableName;
import dev.tegula.operations.reencrypt.Fence;
import dev.tegula.operations.reencrypt.RunControl;
import dev.tegula.operations.reencrypt.VerifyReport;
import dev.tegula.operations.rotation.CensusReport.ColumnCount;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What speaks against retiring the old keys after a verification: its own findings, the fences, the census. */
final class RetirementChecks {

    private RetirementChecks() {}

    static Set<KeyId> keys(Selection selection) {
        return selection.scopes().stream().flatMap(s -> s.sources().stream()).collect(Collectors.toSet());
    }

    static String bad(VerifyReport report) {
        String fields = report.bad().stream()
                .map(bad -> bad.column().field().value())
                .distinct()
                .sorted()
                .collect(Collectors.joining(" "));
        return report.badTotal() + " values do not verify; `tegula verify " + fields + "` lists them by primary key";
    }

    /** No obstacles, but something to know. */
    static List<String> standIns(Selection selection, Census census) {
        return selection.columns().stream()
                .filter(column -> census.fence(column) == Fence.Kind.TRIGGER)
                .map(column ->
                        column.label() + " is fenced by a trigger, because readers held the table; the next rotation,"
                                + " retirement or destruction of a key of the field that finds the table free puts the CHECK in its"
                                + " place")
                .toList();
    }

    static List<String> of(
            VerifyReport report,
            RotationRun.Services services,
            Selection selection,
            Set<KeyId> old,
            RunControl control) {
        List<String> obstacles = new ArrayList<>();
        if (report.badTotal() > 0) {
            obstacles.add(bad(report));
        }
        if (old.isEmpty()) {
            return obstacles;
        }
        for (EncryptedColumn column : selection.columns()) {
            boolean fenced = selection.scopes().stream()
                    .anyMatch(s -> s.scope().field().equals(column.field())
                            && !s.sources().isEmpty());
            if (fenced && !services.fence().validate(TableName.of(column), column.column(), control)) {
                obstacles.add(column.label() + " still holds values under a fenced key");
            }
        }
        CensusReport census = services.census().take(selection.columns()::contains);
        for (ColumnCount column : census.columns()) {
            long left = old.stream().mapToLong(column::under).sum();
            if (left > 0) {
                obstacles.add(column.column().label() + " holds " + left + " values under old keys");
            }
            if (column.notEnvelopes() > 0 || column.unknown() > 0) {
                obstacles.add(column.column().label() + " holds " + column.notEnvelopes()
                        + " values that are not envelopes and " + column.unknown() + " under unknown keys");
            }
        }
        return obstacles;
    }
}
