package dev.tegula.cli.report;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.cli.database.OpenDatabase;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.failure.TegulaException;
import dev.tegula.failure.UnavailableException;
import dev.tegula.jdbc.PlaintextChecks;
import dev.tegula.jdbc.TableName;
import dev.tegula.operations.reencrypt.OpenJobs;
import dev.tegula.operations.rotation.Census;
import dev.tegula.operations.rotation.CensusReport;
import dev.tegula.operations.rotation.CensusReport.ColumnCount;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Looks at encrypted columns: their numbers by the census, and what guards them. */
final class ColumnTaking {

    private final OpenDatabase open;
    private final Function<Predicate<EncryptedColumn>, CensusReport> survey;
    private final Map<KeyId, KeyRow> keys;
    private final TolerantReader look;
    private final Map<KeyId, Long> values = new HashMap<>();
    private final Set<KeyId> estimated = new HashSet<>();
    private final Set<String> remarks = new HashSet<>();
    private List<EncryptedColumn> columns = List.of();
    private long quarantined;
    private boolean all = true;

    ColumnTaking(
            OpenDatabase open,
            Function<Predicate<EncryptedColumn>, CensusReport> survey,
            Map<KeyId, KeyRow> keys,
            TolerantReader look) {
        this.open = open;
        this.survey = survey;
        this.keys = keys;
        this.look = look;
    }

    List<ColumnFacts> take() {
        columns = open.catalogue().columns();
        Map<EncryptedColumn, ColumnCount> counts = counts(columns);
        Census census = open.census();
        List<ColumnFacts> facts = new ArrayList<>();
        for (EncryptedColumn column : columns) {
            facts.add(new ColumnFacts(
                    column,
                    Optional.ofNullable(counts.get(column)).map(this::numbers),
                    quietly(() -> PlaintextChecks.keepsOut(open.transactions(), column)),
                    quietly(() -> census.fence(column))));
        }
        return facts;
    }

    /** All at once, as of one moment; where a table is not as its catalogue says, the others each for itself. */
    private Map<EncryptedColumn, ColumnCount> counts(List<EncryptedColumn> columns) {
        Map<EncryptedColumn, ColumnCount> counts = new LinkedHashMap<>();
        try {
            add(counts, survey.apply(column -> true));
            return counts;
        } catch (UnavailableException e) {
            throw e;
        } catch (TegulaException together) {
            columns.stream().map(TableName::of).distinct().forEach(table -> {
                Optional<CensusReport> found = look.at(
                        "Values of " + table,
                        () -> survey.apply(column -> TableName.of(column).equals(table)));
                all &= found.isPresent();
                found.ifPresent(report -> add(counts, report));
            });
            return counts;
        }
    }

    private void add(Map<EncryptedColumn, ColumnCount> counts, CensusReport report) {
        quarantined = report.quarantined().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        remarks.addAll(report.remarks());
        for (ColumnCount count : report.columns()) {
            counts.put(count.column(), count);
            all &= count.basis().exact();
            count.values().forEach((key, number) -> {
                values.merge(key, number, Long::sum);
                if (!count.basis().exact()) {
                    estimated.add(key);
                }
            });
        }
    }

    private ColumnFacts.Numbers numbers(ColumnCount count) {
        long active = 0;
        long older = 0;
        for (Map.Entry<KeyId, Long> entry : count.values().entrySet()) {
            KeyRow row = keys.get(entry.getKey());
            if (row != null && row.state() == KeyState.ACTIVE) {
                active += entry.getValue();
            } else if (!count.unknownKeys().contains(entry.getKey())) {
                older += entry.getValue();
            }
        }
        long error = Math.max(
                count.basis().otherError(),
                count.basis().errors().values().stream()
                        .mapToLong(Long::longValue)
                        .max()
                        .orElse(0));
        return new ColumnFacts.Numbers(
                active,
                older,
                count.unknown(),
                count.notEnvelopes(),
                count.nulls(),
                count.values().size(),
                error,
                count.basis());
    }

    private static <T> Optional<T> quietly(Supplier<T> work) {
        try {
            return Optional.of(work.get());
        } catch (UnavailableException e) {
            throw e;
        } catch (TegulaException nobodyCanLook) {
            return Optional.empty();
        }
    }

    /** Values under a key in all columns that were counted. */
    long under(KeyId key) {
        return values.getOrDefault(key, 0L);
    }

    /** Whether there is a column that its values are counted in. Secrets and snapshots have none. */
    boolean placed(KeyRow row) {
        return under(row.keyId()) > 0
                || columns.stream()
                        .anyMatch(column -> column.field().equals(row.scope().field()));
    }

    /** Whether those were counted, and in all columns. */
    boolean exact(KeyId key) {
        return all && !estimated.contains(key);
    }

    /** Fields of tables whose job somebody paused. */
    Map<FieldId, UUID> paused() {
        Map<TableName, UUID> tables = new HashMap<>();
        quietly(() -> new OpenJobs(open.dataSource()).list()).ifPresent(jobs -> jobs.stream()
                .filter(job -> job.paused().isPresent())
                .forEach(job -> tables.put(job.table(), job.id())));
        Map<FieldId, UUID> fields = new HashMap<>();
        columns.stream()
                .filter(column -> tables.containsKey(TableName.of(column)))
                .forEach(column -> fields.put(column.field(), tables.get(TableName.of(column))));
        return fields;
    }

    long quarantined() {
        return quarantined;
    }

    Set<String> remarks() {
        return remarks;
    }
}
