package dev.tegula.hibernate.row;

import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.generator.values.GeneratedValues;
import org.hibernate.persister.entity.mutation.UpdateCoordinator;
import org.hibernate.sql.model.MutationOperationGroup;
import org.jspecify.annotations.Nullable;

/** Updates with values that carry their row. */
final class RowUpdates implements UpdateCoordinator {

    private final UpdateCoordinator plain;
    private final RowWriter writer;

    RowUpdates(UpdateCoordinator plain, RowWriter writer) {
        this.plain = plain;
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

    @Override
    public void forceVersionIncrement(
            Object id, Object version, Object nextVersion, SharedSessionContractImplementor session) {
        plain.forceVersionIncrement(id, version, nextVersion, session);
    }

    @Override
    public void forceVersionIncrement(
            Object id, Object version, Object nextVersion, boolean batching, SharedSessionContractImplementor session) {
        plain.forceVersionIncrement(id, version, nextVersion, batching, session);
    }

    @Override
    public MutationOperationGroup getStaticMutationOperationGroup() {
        return plain.getStaticMutationOperationGroup();
    }
}
