package dev.tegula.spring;

import dev.tegula.hibernate.type.CompanionType;
import dev.tegula.hibernate.type.EncryptedJavaType;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.persister.entity.mutation.EntityTableMapping;
import org.hibernate.type.descriptor.java.JavaType;

/**
 * One table of an entity with encrypted attributes, with names as Hibernate writes them in SQL.
 *
 * @param entity the entity
 * @param name its name in SQL
 * @param keys columns of its key
 * @param encrypted its encrypted columns
 * @param indexes its blind indexes
 */
record MappedTable(
        String entity,
        String name,
        List<String> keys,
        List<MappedColumn<EncryptedJavaType>> encrypted,
        List<MappedColumn<CompanionType<?>>> indexes) {

    /**
     * A column.
     *
     * @param name its name in SQL
     * @param type the type of its attribute
     * @param <T> encrypted, or a blind index
     */
    record MappedColumn<T>(String name, T type) {}

    /** Those of a session factory; of entities that inherit first, because only they know all columns of a shared table. */
    static List<MappedTable> of(SessionFactoryImplementor factory) {
        List<EntityPersister> entities = new ArrayList<>();
        factory.getMappingMetamodel().forEachEntityDescriptor(entities::add);
        entities.sort((one, other) -> depth(other) - depth(one));
        List<MappedTable> out = new ArrayList<>();
        for (EntityPersister entity : entities) {
            for (EntityTableMapping table : entity.getTableMappings()) {
                MappedTable found = of(entity, table);
                if (!found.encrypted.isEmpty() || !found.indexes.isEmpty()) {
                    out.add(found);
                }
            }
        }
        return out;
    }

    private static int depth(EntityPersister entity) {
        int depth = 0;
        for (var above = entity.getSuperMappingType(); above != null; above = above.getSuperMappingType()) {
            depth++;
        }
        return depth;
    }

    private static MappedTable of(EntityPersister entity, EntityTableMapping table) {
        List<String> keys = new ArrayList<>();
        table.getKeyMapping().forEachKeyColumn((at, column) -> keys.add(column.getColumnName()));
        List<MappedColumn<EncryptedJavaType>> encrypted = new ArrayList<>();
        List<MappedColumn<CompanionType<?>>> indexes = new ArrayList<>();
        entity.forEachSelectable((at, column) -> {
            if (!table.containsTableName(column.getContainingTableExpression())) {
                return;
            }
            JavaType<?> type = column.getJdbcMapping().getJavaTypeDescriptor();
            if (type instanceof EncryptedJavaType value) {
                encrypted.add(new MappedColumn<>(column.getSelectionExpression(), value));
            } else if (type instanceof CompanionType<?> index) {
                indexes.add(new MappedColumn<>(column.getSelectionExpression(), index));
            }
        });
        return new MappedTable(entity.getEntityName(), table.getTableName(), keys, encrypted, indexes);
    }
}
