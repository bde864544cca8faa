package dev.tegula.hibernate.row;

import dev.tegula.hibernate.type.Encryption;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.hibernate.bytecode.enhance.spi.LazyPropertyInitializer;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.generator.values.GeneratedValues;
import org.hibernate.mapping.BasicValue;
import org.hibernate.mapping.Component;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.mapping.Property;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.persister.entity.mutation.UpdateCoordinator;
import org.jspecify.annotations.Nullable;

/**
 * Updates that write the whole entity where nobody knows what changed: {@code update} and {@code upsert} of a stateless session. Hibernate
 * takes what a generator made, a blind index or a timestamp of its own, for all that changed: under {@code @DynamicUpdate} it writes no
 * other column, and otherwise no other table. An upsert would insert a row of nulls, or no row.
 */
public final class WholeUpdates extends ChangedUpdates {

    private final EntityPersister persister;
    private final boolean merges;

    private WholeUpdates(UpdateCoordinator plain, EntityPersister persister, boolean merges) {
        super(plain);
        this.persister = persister;
        this.merges = merges;
    }

    /** Whether an entity has encrypted values of its own, or inherited, that a generator stands beside. */
    public static boolean needed(PersistentClass entity) {
        return anyValue(entity, property -> property.getValueGeneratorCreator() != null)
                && anyValue(
                        entity,
                        property -> property.getValue() instanceof BasicValue value
                                && Encryption.of(
                                                value.resolve().getDomainJavaType(),
                                                value.resolve().getValueConverter())
                                        .isPresent());
    }

    private static boolean anyValue(PersistentClass entity, Predicate<Property> sought) {
        return entity.getPropertyClosure().stream().anyMatch(property -> any(property, sought));
    }

    private static boolean any(Property property, Predicate<Property> sought) {
        return sought.test(property)
                || (property.getValue() instanceof Component component
                        && component.getProperties().stream().anyMatch(part -> any(part, sought)));
    }

    /** Of UPDATE. */
    static UpdateCoordinator ofUpdates(UpdateCoordinator plain, EntityPersister persister) {
        return new WholeUpdates(plain, persister, false);
    }

    /** Of MERGE, which inserts too. */
    static UpdateCoordinator ofMerges(UpdateCoordinator plain, EntityPersister persister) {
        return new WholeUpdates(plain, persister, true);
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
        boolean unknown =
                dirtyAttributes == null && persister.getEntityMetamodel().hasPreUpdateGeneratedValues();
        return plain.update(
                entity,
                id,
                rowId,
                values,
                oldVersion,
                oldValues,
                unknown ? written(values) : dirtyAttributes,
                dirtyCollection,
                session);
    }

    /** The positions of what an UPDATE, or a MERGE, of everything writes. */
    private int[] written(@Nullable Object[] values) {
        boolean[] updated = persister.getPropertyUpdateability();
        boolean[] inserted = persister.getPropertyInsertability();
        return IntStream.range(0, values.length)
                .filter(position -> updated[position] || (merges && inserted[position]))
                .filter(position -> values[position] != LazyPropertyInitializer.UNFETCHED_PROPERTY)
                .toArray();
    }
}
