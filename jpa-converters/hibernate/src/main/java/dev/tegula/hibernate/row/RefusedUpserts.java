package dev.tegula.hibernate.row;

import dev.tegula.failure.ConfigurationException;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.generator.values.GeneratedValues;
import org.hibernate.persister.entity.mutation.UpdateCoordinator;
import org.jspecify.annotations.Nullable;

/**
 * Refuses {@code upsert} where the column of a value has a read expression. Hibernate 7 writes what it inserts by a MERGE through that
 * expression, so that it would be stored; 6.6 does not, but what is refused is the same on both.
 */
final class RefusedUpserts extends ChangedUpdates {

    private final String message;

    private RefusedUpserts(UpdateCoordinator plain, String message) {
        super(plain);
        this.message = message + " Nothing was written. Use insert() or update(), or merge() of a Session.";
    }

    static RefusedUpserts ofRows(UpdateCoordinator plain, String attribute) {
        return new RefusedUpserts(
                plain,
                attribute + " is bound to its row (bind = ROW), which upsert() would store together with the value.");
    }

    static RefusedUpserts ofPairs(UpdateCoordinator plain, String attribute) {
        return new RefusedUpserts(
                plain,
                attribute + " is written to two columns (plaintextColumn), and upsert() would write one of them.");
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
        throw new ConfigurationException(message);
    }
}
