package dev.tegula.hibernate.row;

import dev.tegula.failure.ConfigurationException;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.generator.values.GeneratedValues;
import org.hibernate.persister.entity.mutation.UpdateCoordinator;
import org.jspecify.annotations.Nullable;

/**
 * Refuses {@code upsert}. Hibernate 7 writes what it inserts by a MERGE through the read expression of the column, so that the key
 * would be stored in front of the envelope; 6.6 does not, but what is refused is the same on both.
 */
final class RefusedUpserts extends RowUpdates {

    private final RowWriter writer;

    RefusedUpserts(UpdateCoordinator plain, RowWriter writer) {
        super(plain, writer);
        this.writer = writer;
    }

    @Override
    public @Nullable GeneratedValues update(
            Object entity,
            Object id,
            @Nullable Object rowId,
            @Nullable Object[] values,
            @Nullable Object oldVersion,
            @Nullable Object @Nullable [] oldValues,
            int @Nullable [] dirtyAttributes,
            boolean dirtyCollection,
            SharedSessionContractImplementor session) {
        throw new ConfigurationException(writer.first()
                + " is bound to its row (bind = ROW), which upsert() would store together with the value. Nothing was written. Use"
                + " insert() or update(), or merge() of a Session.");
    }
}
