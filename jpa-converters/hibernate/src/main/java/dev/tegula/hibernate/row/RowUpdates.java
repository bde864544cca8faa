package dev.tegula.hibernate.row;

import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.generator.values.GeneratedValues;
import org.hibernate.persister.entity.mutation.UpdateCoordinator;
import org.jspecify.annotations.Nullable;

/** Updates with values that carry their row. */
final class RowUpdates extends ChangedUpdates {

    private final RowWriter writer;

    RowUpdates(UpdateCoordinator plain, RowWriter writer) {
        super(plain);
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
        @Nullable Object[] bound = writer.bound(id, values, session);
        GeneratedValues generated = plain.update(
                entity, id, rowId, bound, oldVersion, oldValues, dirtyAttributes, dirtyCollection, session);
        writer.giveBack(bound, values);
        return generated;
    }
}
