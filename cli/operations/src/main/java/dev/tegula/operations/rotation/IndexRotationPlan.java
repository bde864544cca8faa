package dev.tegula.operations.rotation;

import dev.tegula.catalogue.EncryptedColumn;
import dev.tegula.catalogue.IndexColumn;
import dev.tegula.catalogue.IndexRows;
import dev.tegula.envelope.FieldId;
import dev.tegula.envelope.Scope;
import dev.tegula.envelope.TenantId;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.failure.IntegrityException;
import dev.tegula.failure.KeyUnknownException;
import dev.tegula.failure.RefusedException;
import dev.tegula.jdbc.Transactions;
import dev.tegula.operations.index.CatalogueIndexes;
import dev.tegula.operations.index.IndexCount;
import dev.tegula.operations.index.NextColumn;
import dev.tegula.operations.reencrypt.IndexSource;
import dev.tegula.registry.KeyRow;
import dev.tegula.registry.KeyState;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the rotation of the index key of a field would do.
 *
 * @param field whose indexes
 * @param scope the scope of its keys
 * @param sources all of its indexes over all tenants, with what opens and computes them
 * @param missing how many rows have a value and no index, of those where there are any; they get theirs first, if they can
 * @param active the key that is written under
 * @param pending a newer one that an earlier run made
 * @param superseded keys that an earlier run has replaced and not retired
 */
public record IndexRotationPlan(
        FieldId field,
        Scope scope,
        Map<IndexColumn, IndexSource> sources,
        Map<IndexColumn, Long> missing,
        KeyRow active,
        Optional<KeyRow> pending,
        List<KeyRow> superseded) {

    /** Copies. */
    public IndexRotationPlan {
        sources = new LinkedHashMap<>(sources);
        missing = Map.copyOf(missing);
        superseded = List.copyOf(superseded);
    }

    /**
     * Reads and refuses.
     *
     * @throws IntegrityException if a row of the catalogue of indexes does not verify
     * @throws ConfigurationException if the catalogue has no index of the field, or one has no next column that is as it should be
     * @throws KeyUnknownException if none of its keys is ACTIVE
     * @throws RefusedException code {@code index-rotation}, if all its indexes have a key for each tenant
     */
    static IndexRotationPlan of(
            FieldId field,
            IndexRows rows,
            List<EncryptedColumn> columns,
            CatalogueIndexes known,
            List<KeyRow> keys,
            Transactions transactions) {
        rows.unsealed().stream().findFirst().ifPresent(row -> {
            throw new IntegrityException("A row of tegula_index does not verify: " + row.label() + " (" + row.why()
                    + "). It may hide an index of " + field + ", so nothing is rotated. " + row.removal()
                    + " removes it; an application that maps it publishes it again.");
        });
        List<IndexColumn> all = rows.indexes().stream()
                .filter(index -> index.field().equals(field))
                .toList();
        if (all.isEmpty()) {
            throw new ConfigurationException("The catalogue has no blind index whose key is one of " + field + ". "
                    + rows.indexes().stream()
                            .filter(index -> index.parts().stream()
                                    .anyMatch(part -> part.field().equals(field)))
                            .findFirst()
                            .map(index ->
                                    index.label() + " is an index of it too, under the key of its first part: `tegula"
                                            + " index rotate " + index.field() + "`.")
                            .orElse("Applications publish theirs with their first value."));
        }
        List<IndexColumn> indexes =
                all.stream().filter(index -> !index.perTenant()).toList();
        if (indexes.isEmpty()) {
            throw new RefusedException(
                    "index-rotation",
                    all.get(0).label()
                            + " has a key for each tenant; such keys are not rotated (docs/search.md says why, under"
                            + " Replace its key).");
        }
        Map<IndexColumn, IndexSource> sources = new LinkedHashMap<>();
        Map<IndexColumn, Long> missing = new LinkedHashMap<>();
        for (IndexColumn index : indexes) {
            NextColumn.requireRotates(index, transactions);
            IndexSource source = known.source(index);
            source.requireFits(transactions.dialect());
            sources.put(index, source);
            IndexCount count =
                    transactions.read(sql -> IndexCount.of(sql, index, CatalogueIndexes.values(index, columns), keys));
            if (count.missing() > 0) {
                missing.put(index, count.missing());
            }
        }
        Scope scope = Scope.index(field, TenantId.none());
        List<KeyRow> own =
                keys.stream().filter(row -> row.scope().equals(scope)).toList();
        KeyRow active = own.stream()
                .filter(row -> row.state() == KeyState.ACTIVE)
                .findFirst()
                .orElseThrow(() ->
                        new KeyUnknownException(field + " has no ACTIVE key of purpose INDEX. `tegula keys create "
                                + field + " --index --activate`"));
        return new IndexRotationPlan(
                field,
                scope,
                sources,
                missing,
                active,
                own.stream()
                        .filter(row -> row.state() == KeyState.PENDING && row.version() > active.version())
                        .max(Comparator.comparingInt(KeyRow::version)),
                own.stream().filter(row -> row.state() == KeyState.DECRYPT_ONLY).toList());
    }
}
