package dev.tegula.hibernate.catalogue;

import java.lang.reflect.AnnotatedElement;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.hibernate.annotations.TenantId;
import org.hibernate.mapping.Column;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.mapping.Property;
import org.hibernate.mapping.Table;

/** The column of an entity's {@link TenantId}, where it is in the same table. */
final class TenantColumn {

    private TenantColumn() {}

    static Optional<Column> of(PersistentClass owner, Table table) {
        for (Class<?> type = owner.getMappedClass(); type != null; type = type.getSuperclass()) {
            Class<?> declaring = type;
            for (Property property : owner.getPropertyClosure()) {
                if (members(declaring, property.getName()).anyMatch(m -> m.isAnnotationPresent(TenantId.class))
                        && property.getSelectables().get(0) instanceof Column column
                        && table.containsColumn(column)) {
                    return Optional.of(column);
                }
            }
        }
        return Optional.empty();
    }

    private static Stream<AnnotatedElement> members(Class<?> type, String attribute) {
        return Stream.concat(
                Arrays.stream(type.getDeclaredFields())
                        .filter(field -> field.getName().equals(attribute)),
                Arrays.stream(type.getDeclaredMethods())
                        .filter(method -> method.getParameterCount() == 0
                                && method.getName().equalsIgnoreCase("get" + attribute)));
    }
}
