package dev.tegula.operations.rotation;

import dev.tegula.catalogue.IndexColumn;
import dev.tegula.catalogue.IndexRows;
import dev.tegula.envelope.KeyId;
import dev.tegula.operations.reencrypt.IndexFence;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyUses.Uses;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import javax.sql.DataSource;

/** What needs a key of blind indexes. Rows do not say which key their index is of; the fences of a rotation do. */
final class IndexUses {

    private final DataSource database;

    IndexUses(DataSource database) {
        this.database = database;
    }

    /**
     * Reads the fences.
     *
     * @param active the ACTIVE key of the scope
     */
    Uses of(KeyRow row, IndexRows rows, Optional<KeyId> active, List<String> instances) {
        TreeMap<String, Long> values = new TreeMap<>();
        if (!rows.unsealed().isEmpty()) {
            values.put("tegula_index (rows that do not verify)", (long)
                    rows.unsealed().size());
        }
        List<IndexColumn> indexes = rows.indexes().stream()
                .filter(index -> index.field().equals(row.scope().field())
                        && index.perTenant() == row.scope().tenant().name().isPresent())
                .toList();
        for (IndexColumn index : indexes) {
            boolean asked = fence(index)
                    .flatMap(IndexFence::nextKey)
                    .filter(row.keyId()::equals)
                    .isPresent();
            values.put(index.label() + (asked ? " (its fence asks for this key)" : ""), asked ? 1L : 0L);
        }
        boolean fenced = row.times().activated() == null
                || (!indexes.isEmpty()
                        && active.isPresent()
                        && row.scope().tenant().name().isEmpty()
                        && indexes.stream().allMatch(index -> moved(index, active.get())));
        return new Uses(values, instances, fenced);
    }

    private boolean moved(IndexColumn index, KeyId to) {
        return fence(index)
                .filter(fence -> fence.nextIs(to) && fence.same(true))
                .isPresent();
    }

    private Optional<IndexFence> fence(IndexColumn index) {
        return index.next().map(next -> new IndexFence(database, Duration.ZERO, index));
    }
}
