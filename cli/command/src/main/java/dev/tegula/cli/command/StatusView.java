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
import dev.tegula.envelope.Scope;
import dev.tegula.operations.document.Json;
import dev.tegula.operations.reencrypt.Fence;
import dev.tegula.operations.rotation.CensusReport;
import dev.tegula.operations.rotation.CensusReport.ColumnCount;
import dev.tegula.operations.rotation.CountBasis;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import dev.tegula.registry.ShredMark;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which values need which key, as {@code tegula status} shows it. */
final class StatusView {

    private final String database;
    private final CensusReport census;
    private final Map<KeyId, KeyRow> keys;
    private final Map<EncryptedColumn, Fence.Kind> fences;
    private final IndexStatus indexes;
    private final Predicate<Scope> shredded;
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
        this.shredded = ShredMark.shredded(keys.values());
        census.columns().forEach(this::judge);
    }

    /**
     * The columns that are shown.
     *
     * @throws dev.tegula.failure.ConfigurationException if a name means no field of the catalogue
     */
    static Predicate<EncryptedColumn> columns(OpenDatabase open, List<String> globs) {
        if (!globs.isEmpty()) {
            Columns.required(open, globs);
        }
        return column -> globs.isEmpty()
                || globs.stream()
                        .anyMatch(glob -> FieldGlob.matches(glob, column.field().value()));
    }

    /** What a survey found of them. */
    static StatusView of(OpenDatabase open, List<String> globs, CensusReport census) {
        Map<KeyId, KeyRow> keys = open.lifecycle().list().stream()
                .filter(row -> row.scope().purpose() == Purpose.DATA)
                .collect(Collectors.toMap(KeyRow::keyId, Function.identity()));
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
                .anyMatch(row -> row != null && row.state() != KeyState.ACTIVE && !dead(row));
        boolean superseded = keys.values().stream()
                .anyMatch(row -> row.scope().field().equals(field) && row.state() == KeyState.DECRYPT_ONLY);
        if (old || superseded) {
            unsettled.add(field);
        }
    }

    /** A key whose values nothing moves any more. */
    private boolean dead(KeyRow row) {
        return row.state() == KeyState.DESTROYED && shredded.test(row.scope());
    }

    private List<String> deadValues() {
        long values = census.columns().stream()
                .flatMap(count -> count.values().entrySet().stream())
                .filter(each -> keys.containsKey(each.getKey()) && dead(keys.get(each.getKey())))
                .mapToLong(Map.Entry::getValue)
                .sum();
        return values == 0
                ? List.of()
                : List.of(Table.number(values)
                        + " values are of tenants that were shredded: nothing opens or moves them, and"
                        + " their rows can be deleted.");
    }

    /** Whether every value is under an ACTIVE key; what was not counted says nothing. */
    boolean settled() {
        return unsettled.isEmpty()
                && strange.isEmpty()
                && census.columns().stream().allMatch(count -> count.basis().exact());
    }

    /**
     * What is known of a census that was stopped: how things stood before.
     *
     * @param kept whether it can go on
     */
    Outcome stopped(boolean kept) {
        Outcome before = outcome(Exit.INTERRUPTED);
        before.document().put("stopped", true);
        before.document().put("kept", kept);
        return new Outcome(
                Exit.INTERRUPTED,
                before.document(),
                before.layout()
                        .add("")
                        .add("Stopped: the census did not come to its end, and what is above is from before it. "
                                + (kept
                                        ? "How far it came is kept; run the same command again to go on."
                                        : "How far it came could not be kept: the same command begins again.")));
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
                        + label(key) + " could not be moved; `tegula quarantine list` says which and why."));
        census.columns().stream()
                .map(ColumnCount::column)
                .filter(column -> fences.get(column) == Fence.Kind.TRIGGER)
                .forEach(column -> lines.add("fence: " + column.label()
                        + " has a trigger instead of its CHECK, because readers"
                        + " held the table; the next rotation, retirement or destruction of a key of " + column.field()
                        + " that finds the table free replaces it."));
        lines.addAll(BasisText.lines(census)).addAll(indexes.remarks()).addAll(census.remarks());
        lines.addAll(deadValues());
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
                                .sum(),
                        "remarks",
                        census.remarks()),
                lines);
    }

    private void rows(Table table, ColumnCount count) {
        String field = count.column().field().value();
        String column = count.column().label();
        Map<String, Object[]> byVersion = new TreeMap<>();
        count.values().forEach((key, values) -> {
            KeyRow row = keys.get(key);
            byVersion.put(
                    row == null ? "~" + key.hex() : String.format("%010d%s", row.version(), key.hex()), new Object[] {
                        field, column, label(key), row == null ? "UNKNOWN" : row.state(), BasisText.values(count, key)
                    });
        });
        byVersion.values().forEach(table::row);
        if (count.notEnvelopes() > 0) {
            table.row(field, column, "", "NO ENVELOPE", BasisText.others(count, count.notEnvelopes()));
        }
        if (count.basis().kind() == CountBasis.Kind.NOT_COUNTED) {
            table.row(field, column, "", "NOT COUNTED", "");
        } else if (count.nulls() > 0 || byVersion.isEmpty()) {
            table.row(field, column, "", "NULL", BasisText.others(count, count.nulls()));
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
            return census.columns().isEmpty() || !settled() ? List.of() : List.of("All values are under ACTIVE keys.");
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
                    number,
                    "error",
                    BasisText.error(count, key)));
        });
        Map<String, Object> document = Json.object(
                "field", count.column().field().value(),
                "column", count.column().label(),
                "values", values,
                "nulls", count.nulls(),
                "notEnvelopes", count.notEnvelopes(),
                "fence",
                        Objects.requireNonNull(fences.get(count.column()))
                                .name()
                                .toLowerCase(Locale.ROOT));
        document.putAll(BasisText.members(count.basis()));
        return document;
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
