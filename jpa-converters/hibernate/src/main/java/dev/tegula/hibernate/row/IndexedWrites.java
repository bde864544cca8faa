package dev.tegula.hibernate.row;

import dev.tegula.hibernate.type.CompanionType;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.hibernate.bytecode.enhance.spi.LazyPropertyInitializer;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.generator.values.GeneratedValues;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.persister.entity.mutation.InsertCoordinator;
import org.hibernate.persister.entity.mutation.UpdateCoordinator;
import org.hibernate.sql.model.MutationOperationGroup;
import org.hibernate.type.BasicType;
import org.hibernate.type.Type;
import org.jspecify.annotations.Nullable;

/** Writes entities with blind indexes or blind tokens, which are computed from what is written, and written with it. */
final class IndexedWrites {

    private IndexedWrites() {}

    /**
     * Those of an entity. If it has an index or tokens that are no embeddable's, their attributes are written as its object holds them; and of
     * each it is known whether an upsert writes it.
     */
    static RowCoordinators of(EntityPersister persister, RowCoordinators plain) {
        int[] indexed = indexed(persister);
        return indexed.length == 0
                ? new RowCoordinators(
                        plain.inserts(), plain.updates(), new Updates(plain.merges(), persister, indexed, true))
                : new RowCoordinators(
                        new Inserts(plain.inserts()),
                        new Updates(plain.updates(), persister, indexed, false),
                        new Updates(plain.merges(), persister, indexed, true));
    }

    /** The positions of the attributes that have an index or tokens beside them. */
    private static int[] indexed(EntityPersister persister) {
        List<String> names = Arrays.asList(persister.getPropertyNames());
        return Arrays.stream(persister.getPropertyTypes())
                .filter(type ->
                        type instanceof BasicType<?> basic && basic.getJavaTypeDescriptor() instanceof CompanionType<?>)
                .flatMap(type ->
                        ((CompanionType<?>) ((BasicType<?>) type).getJavaTypeDescriptor()).attributes().stream())
                .mapToInt(names::indexOf)
                .filter(position -> position >= 0)
                .distinct()
                .toArray();
    }

    private record Inserts(InsertCoordinator plain) implements InsertCoordinator {

        @Override
        public @Nullable GeneratedValues insert(
                Object entity, @Nullable Object[] values, SharedSessionContractImplementor session) {
            return WrittenState.during(entity, values, false, () -> plain.insert(entity, values, session));
        }

        @Override
        public @Nullable GeneratedValues insert(
                Object entity,
                @Nullable Object id,
                @Nullable Object[] values,
                SharedSessionContractImplementor session) {
            return WrittenState.during(entity, values, false, () -> plain.insert(entity, id, values, session));
        }

        @Override
        public MutationOperationGroup getStaticMutationOperationGroup() {
            return plain.getStaticMutationOperationGroup();
        }
    }

    private static final class Updates extends ChangedUpdates {

        private final EntityPersister persister;
        private final int[] indexed;
        private final boolean upsert;

        Updates(UpdateCoordinator plain, EntityPersister persister, int[] indexed, boolean upsert) {
            super(plain);
            this.persister = persister;
            this.indexed = indexed;
            this.upsert = upsert;
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
            int[] written = dirtyAttributes == null ? null : withOthers(dirtyAttributes, entity, values);
            return WrittenState.during(
                    entity,
                    values,
                    upsert,
                    () -> plain.update(
                            entity, id, rowId, values, oldVersion, oldValues, written, dirtyCollection, session));
        }

        /** Also those that the entity has otherwise: Hibernate knows of no change, and would not write all of their columns. */
        private int[] withOthers(int[] dirty, Object entity, @Nullable Object[] values) {
            Type[] types = persister.getPropertyTypes();
            IntStream others = Arrays.stream(indexed)
                    .filter(position -> values[position] != LazyPropertyInitializer.UNFETCHED_PROPERTY)
                    .filter(position ->
                            !types[position].isEqual(values[position], persister.getValue(entity, position)));
            return IntStream.concat(Arrays.stream(dirty), others)
                    .distinct()
                    .sorted()
                    .toArray();
        }
    }
}
