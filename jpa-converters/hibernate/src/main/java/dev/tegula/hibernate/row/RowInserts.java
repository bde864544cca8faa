package dev.tegula.hibernate.row;

import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.generator.values.GeneratedValues;
import org.hibernate.persister.entity.mutation.InsertCoordinator;
import org.hibernate.sql.model.MutationOperationGroup;
import org.jspecify.annotations.Nullable;

/** Inserts with values that carry their row. */
final class RowInserts implements InsertCoordinator {

    private final InsertCoordinator plain;
    private final RowWriter writer;

    RowInserts(InsertCoordinator plain, RowWriter writer) {
        this.plain = plain;
        this.writer = writer;
    }

    @Override
    public @Nullable GeneratedValues insert(
            Object entity, @Nullable Object[] values, SharedSessionContractImplementor session) {
        return insert(entity, null, values, session);
    }

    @Override
    public @Nullable GeneratedValues insert(
            Object entity, @Nullable Object id, @Nullable Object[] values, SharedSessionContractImplementor session) {
        @Nullable Object[] bound = writer.bound(id, values, session);
        GeneratedValues generated = plain.insert(entity, id, bound, session);
        writer.giveBack(bound, values);
        return generated;
    }

    @Override
    public MutationOperationGroup getStaticMutationOperationGroup() {
        return plain.getStaticMutationOperationGroup();
    }
}
