package dev.tegula.operations.reencrypt;

import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.KeyId;
import dev.tegula.envelope.Mode;
import dev.tegula.jdbc.Dialect;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A job as it is stored: everything a worker needs, without catalogue or registry.
 *
 * @param job the job
 * @param keyColumns the key its ranges are cut by
 * @param columns its columns
 * @param moves its moves
 * @param open whether it may still write: not ended, and no key activated or retired since it was planned
 * @param ended how it ended, if it did
 */
record JobPlan(
        Job job,
        List<String> keyColumns,
        List<Column> columns,
        List<KeyMove> moves,
        boolean open,
        Optional<JobOutcome> ended) {

    /**
     * One column of a job.
     *
     * @param name the column
     * @param field its field
     * @param tenantColumn the column with the tenant, if each tenant has its own key
     * @param mode what its envelopes are bound to
     */
    record Column(String name, FieldId field, Optional<String> tenantColumn, Mode mode) {}

    JobPlan {
        keyColumns = List.copyOf(keyColumns);
        columns = List.copyOf(columns);
        moves = List.copyOf(moves);
    }

    Map<KeyId, KeyMove> bySource() {
        Map<KeyId, KeyMove> bySource = new HashMap<>();
        for (KeyMove move : moves) {
            move.sources().forEach(source -> bySource.put(source, move));
        }
        return bySource;
    }

    /** Where it stands for somebody who may not write any more: as it ended, or stale. */
    JobOutcome closed() {
        return ended.orElse(JobOutcome.STALE);
    }

    JobPlan ended(Optional<JobOutcome> how) {
        return new JobPlan(job, keyColumns, columns, moves, open, how);
    }

    List<FieldId> fields() {
        return columns.stream().map(Column::field).distinct().toList();
    }

    /** The columns with a move of a tenant's key. */
    Set<String> perTenant() {
        return columns.stream()
                .filter(column -> moves.stream()
                        .anyMatch(m -> m.scope().field().equals(column.field())
                                && m.scope().tenant().name().isPresent()))
                .map(Column::name)
                .collect(Collectors.toSet());
    }

    /** Reads values under any source key of their column's field. */
    PageQuery pages(TableShape shape, Dialect dialect) {
        return new PageQuery(
                shape,
                columns.stream()
                        .map(c -> PageQuery.ColumnFilter.under(c.name(), c.tenantColumn(), sources(c)))
                        .toList(),
                dialect);
    }

    CompareAndSetQuery swaps(TableShape shape, Dialect dialect) {
        return new CompareAndSetQuery(
                shape,
                columns.stream().map(Column::name).toList(),
                columns.stream().map(Column::tenantColumn).toList(),
                dialect);
    }

    List<KeyId> sources(Column column) {
        return moves.stream()
                .filter(m -> m.scope().field().equals(column.field()))
                .flatMap(m -> m.sources().stream())
                .sorted()
                .toList();
    }
}
