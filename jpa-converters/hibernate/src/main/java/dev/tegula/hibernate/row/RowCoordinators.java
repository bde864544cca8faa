package dev.tegula.hibernate.row;

import dev.tegula.hibernate.type.EncryptedJavaType;
import java.util.Arrays;
import java.util.Optional;
import org.hibernate.mapping.BasicValue;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.persister.entity.mutation.InsertCoordinator;
import org.hibernate.persister.entity.mutation.UpdateCoordinator;
import org.hibernate.type.BasicType;

/**
 * What writes the rows of one entity.
 *
 * @param inserts its INSERT
 * @param updates its UPDATE
 * @param merges its MERGE, by which a stateless session's {@code upsert} writes
 */
public record RowCoordinators(InsertCoordinator inserts, UpdateCoordinator updates, UpdateCoordinator merges) {

    /** Whether a value of an entity, of its own or inherited, is bound to its row, in clear beside it, or beside what a generator makes. */
    public static boolean needed(PersistentClass entity) {
        return WholeUpdates.needed(entity)
                || entity.getPropertyClosure().stream()
                        .anyMatch(property -> property.getValue() instanceof BasicValue value
                                && value.resolve().getDomainJavaType() instanceof EncryptedJavaType type
                                && (type.ofRow() || type.plaintextColumn().isPresent()));
    }

    /**
     * Makes them for a look.
     *
     * @throws dev.tegula.failure.ConfigurationException if the identifier is not written as what its columns hold
     */
    public static void check(EntityPersister persister) {
        RowWriter.of(persister);
    }

    /**
     * Hibernate's own, with rows where values are bound to theirs, whole where nobody knows what changed, and with what is written known
     * where indexes are computed of it.
     */
    public static RowCoordinators of(
            EntityPersister persister,
            InsertCoordinator inserts,
            UpdateCoordinator plainUpdates,
            UpdateCoordinator plainMerges) {
        UpdateCoordinator updates = WholeUpdates.ofUpdates(plainUpdates, persister);
        UpdateCoordinator merges = WholeUpdates.ofMerges(plainMerges, persister);
        RowCoordinators coordinators = RowWriter.of(persister)
                .map(writer -> new RowCoordinators(
                        new RowInserts(inserts, writer),
                        new RowUpdates(updates, writer),
                        RefusedUpserts.ofRows(merges, writer.first())))
                .orElseGet(() -> new RowCoordinators(
                        inserts,
                        updates,
                        pair(persister)
                                .<UpdateCoordinator>map(attribute -> RefusedUpserts.ofPairs(merges, attribute))
                                .orElse(merges)));
        return IndexedWrites.of(persister, coordinators);
    }

    /** An attribute whose values are written to two columns; empty if there is none. */
    public static Optional<String> pair(EntityPersister persister) {
        return Arrays.stream(persister.getPropertyTypes())
                .filter(type -> type instanceof BasicType<?> basic
                        && basic.getJavaTypeDescriptor() instanceof EncryptedJavaType encrypted
                        && encrypted.plaintextColumn().isPresent())
                .map(type -> ((EncryptedJavaType) ((BasicType<?>) type).getJavaTypeDescriptor()).attribute())
                .findFirst();
    }
}
