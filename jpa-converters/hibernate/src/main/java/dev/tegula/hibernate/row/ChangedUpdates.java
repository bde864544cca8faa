package dev.tegula.hibernate.row;

import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.persister.entity.mutation.UpdateCoordinator;
import org.hibernate.sql.model.MutationOperationGroup;

/** A coordinator of Hibernate's whose updates are changed; everything else is its own. */
abstract class ChangedUpdates implements UpdateCoordinator {

    final UpdateCoordinator plain;

    ChangedUpdates(UpdateCoordinator plain) {
        this.plain = plain;
    }

    @Override
    public final void forceVersionIncrement(
            Object id, Object version, Object nextVersion, SharedSessionContractImplementor session) {
        plain.forceVersionIncrement(id, version, nextVersion, session);
    }

    @Override
    public final void forceVersionIncrement(
            Object id, Object version, Object nextVersion, boolean batching, SharedSessionContractImplementor session) {
        plain.forceVersionIncrement(id, version, nextVersion, batching, session);
    }

    @Override
    public final MutationOperationGroup getStaticMutationOperationGroup() {
        return plain.getStaticMutationOperationGroup();
    }
}
