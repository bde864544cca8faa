package dev.tegula.cli.command;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.cli.output.Exit;
import dev.tegula.cli.output.Layout;
import dev.tegula.cli.output.Outcome;
import dev.tegula.cli.output.Table;
import dev.tegula.envelope.FieldGlob;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Purpose;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.reencrypt.Fence;
import dev.tegula.operations.rotation.CensusReport;
import dev.tegula.operations.rotation.CensusReport.ColumnCount;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which values need which key, as {@code tegula status} shows it. */
final class StatusView {

    private final String database;
    private final CensusReport census;
    private final Map<KeyId, KeyRow> keys;
    private final Map<EncryptedColumn, Fence.Kind> fences;
    private final IndexStatus indexes;
    private final Set<FieldId> unsettled = new TreeSet<>();
    private final Set<FieldId> strange = new TreeSet<>();

    private StatusView(
            String database,
            CensusReport census,
            Map<KeyId, KeyRow> keys,
            Map<EncryptedColumn, Fence.Kind> fences,
            IndexStatus indexes) {
        this.database = database;
        this.census = census;
        this.keys = keys;
        this.fences = fences;
        this.indexes = indexes;
        census.columns().forEach(this::judge);
    }

    /** Counts now. */
    static StatusView take(OpenDatabase open, List<String> globs) {
        if (!globs.isEmpty()) {
            Columns.required(open, globs);
        }
        Map<KeyId, KeyRow> keys = open.lifecycle().list().stream()
                .filter(row -> row.scope().purpose() == Purpose.DATA)
                .collect(Collectors.toMap(KeyRow::keyId, Function.identity()));
        CensusReport census = open.census()
                .take(column -> globs.isEmpty()
                        || globs.stream()
                                .anyMatch(glob ->
                                        FieldGlob.matches(glob, column.field().value())));
        Map<EncryptedColumn, Fence.Kind> fences = census.columns().stream()
                .map(ColumnCount::column)
                .distinct()
                .collect(Collectors.toMap(Function.identity(), open.census()::fence));
        return new StatusView(open.database().name(), census, keys, fences, IndexStatus.take(open, globs));
    }

    private void judge(ColumnCount count) {
        FieldId field = count.column().field();
        if (count.notEnvelopes() > 0 || count.unknown() > 0) {
            strange.add(field);
        }
        boolean old = count.values().keySet().stream()
                .map(keys::get)
                .anyMatch(row -> row != null && row.state() != KeyState.ACTIVE);
        boolean superseded = keys.values().stream()
                .anyMatch(row -> row.scope().field().equals(field) && row.state() == KeyState.DECRYPT_ONLY);
        if (old || superseded) {
            unsettled.add(field);
        }
    }

    /** Whether every value is under an ACTIVE key. */
    boolean settled() {
        return unsettled.isEmpty() && strange.isEmpty();
    }

    /** For people and programs. */
    Outcome outcome(Exit exit) {
        Table table = Table.headed("FIELD", "COLUMN", "KEY", "STATE", "VALUES");
        List<Object> columns = new ArrayList<>();
        for (ColumnCount count : census.columns()) {
            columns.add(document(count));
            rows(table, count);
        }
        Layout lines = new Layout();
        if (table.isEmpty()) {
            lines.add("The catalogue of " + database + " has no such column.");
        } else {
            lines.add(table);
        }
        if (!indexes.table().isEmpty()) {
            lines.add("").add(indexes.table());
        }
        census.quarantined()
                .forEach((key, values) -> lines.add("quarantine: " + Table.number(values) + " values under "
                        + label(key) + " could not be moved; tegula_quarantine says which and why."));
        census.columns().stream()
                .map(ColumnCount::column)
                .filter(column -> fences.get(column) == Fence.Kind.TRIGGER)
                .forEach(column -> lines.add("fence: " + column.label()
                        + " has a trigger instead of its CHECK, because readers"
                        + " held the table; the next rotation, retirement or destruction of a key of " + column.field()
                        + " that finds the table free replaces it."));
        lines.addAll(next());
        return new Outcome(
                exit,
                Json.object(
                        "schema",
                        "tegula/status/1",
                        "database",
                        database,
                        "settled",
                        settled(),
                        "columns",
                        columns,
                        "indexes",
                        indexes.documents(),
                        "quarantined",
                        census.quarantined().values().stream()
                                .mapToLong(Long::longValue)
                                .sum()),
                lines);
    }

    private void rows(Table table, ColumnCount count) {
        String field = count.column().field().value();
        String column = count.column().label();
        Map<String, Object[]> byVersion = new TreeMap<>();
        count.values().forEach((key, values) -> {
            KeyRow row = keys.get(key);
            byVersion.put(
                    row == null ? "~" + key.hex() : String.format("%010d%s", row.version(), key.hex()),
                    new Object[] {field, column, label(key), row == null ? "UNKNOWN" : row.state(), values});
        });
        byVersion.values().forEach(table::row);
        if (count.notEnvelopes() > 0) {
            table.row(field, column, "", "NO ENVELOPE", count.notEnvelopes());
        }
        if (count.nulls() > 0 || byVersion.isEmpty()) {
            table.row(field, column, "", "NULL", count.nulls());
        }
    }

    private List<String> next() {
        List<String> next = new ArrayList<>();
        Set<FieldId> bad = new TreeSet<>(strange);
        census.quarantined().keySet().stream()
                .map(keys::get)
                .filter(Objects::nonNull)
                .forEach(row -> bad.add(row.scope().field()));
        bad.forEach(field -> next.add("  tegula verify " + field
                + "   lists bad values by primary key; write each again through the application, from a backup, or set"
                + " it to NULL"));
        unsettled.forEach(field -> next.add("  tegula rotate " + field + "   " + (bad.contains(field) ? "then " : "")
                + "moves the rest, then retires the old key"));
        next.addAll(indexes.next());
        if (next.isEmpty()) {
            return census.columns().isEmpty() ? List.of() : List.of("All values are under ACTIVE keys.");
        }
        next.add(0, "Next:");
        return next;
    }

    private Map<String, Object> document(ColumnCount count) {
        List<Object> values = new ArrayList<>();
        count.values().forEach((key, number) -> {
            KeyRow row = keys.get(key);
            values.add(Json.object(
                    "keyId",
                    key.hex(),
                    "version",
                    version(row),
                    "state",
                    row == null ? "UNKNOWN" : row.state().name(),
                    "values",
                    number));
        });
        return Json.object(
                "field", count.column().field().value(),
                "column", count.column().label(),
                "values", values,
                "nulls", count.nulls(),
                "notEnvelopes", count.notEnvelopes(),
                "fence",
                        Objects.requireNonNull(fences.get(count.column()))
                                .name()
                                .toLowerCase(Locale.ROOT));
    }

    private String label(KeyId key) {
        KeyRow row = keys.get(key);
        String tenant = row == null
                ? ""
                : row.scope().tenant().name().isPresent()
                        ? " of " + row.scope().tenant().shown()
                        : "";
        return row == null ? key.shortHex() : row.label() + tenant;
    }

    private static @Nullable Integer version(@Nullable KeyRow row) {
        return row == null ? null : row.version();
    }
}
