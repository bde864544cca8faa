package dev.tegula.hibernate.catalogue;

import dev.tegula.failure.ConfigurationException;
import java.lang.reflect.AnnotatedElement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.hibernate.annotations.TenantId;
import org.hibernate.boot.Metadata;
import org.hibernate.mapping.Column;
import org.hibernate.mapping.Component;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.mapping.Property;
import org.hibernate.mapping.Table;
import org.hibernate.mapping.UnionSubclass;
import org.jspecify.annotations.Nullable;

/**
 * The column with the tenant of the values of one place: that of the entity's {@link TenantId}, in the table of the
 * values. A column of the same name is not enough.
 */
public final class TenantColumn {

    private final Metadata metadata;

    /** For the places of one mapping. */
    public TenantColumn(Metadata metadata) {
        this.metadata = metadata;
    }

    /**
     * The column.
     *
     * @throws ConfigurationException if the table has none: nothing but the application could tell whose a value is
     */
    public Column of(MappedValue value) {
        PersistentClass owner = value.owner();
        PersistentClass tenanted = annotated(owner);
        Optional<Property> tenant = Optional.ofNullable(tenanted).flatMap(TenantColumn::tenant);
        if (value.collection() == null && tenant.isPresent()) {
            Optional<Column> column = tenanted == owner
                    ? in(value, tenant.get())
                    : copy(owner, tenant.get().getName()).flatMap(copied -> in(value, copied));
            if (column.isPresent()) {
                return column.get();
            }
        }
        throw new ConfigurationException(value.path() + " has a key for each tenant (perTenant), but its table "
                + value.table().getName() + " does not have the tenant's column, so its key could never be rotated. "
                + cure(value, tenanted, tenant) + ", or leave perTenant out.");
    }

    /** The entity itself; the audited one of a history of Envers, which has no class and a longer name. */
    private @Nullable PersistentClass annotated(PersistentClass owner) {
        return owner.getMappedClass() != null
                ? owner
                : metadata.getEntityBindings().stream()
                        .filter(entity -> entity.getMappedClass() != null
                                && owner.getEntityName().contains(entity.getEntityName()))
                        .max(Comparator.comparingInt(
                                entity -> entity.getEntityName().length()))
                        .orElse(null);
    }

    // Subclasses in tables of their own share the property, and copy its column. So do the histories of Hibernate 7.
    private static Optional<Column> in(MappedValue value, Property tenant) {
        if (!(tenant.getSelectables().get(0) instanceof Column column)) {
            return Optional.empty();
        }
        Table table = value.table();
        boolean whole = table.equals(tenant.getValue().getTable())
                || (value.owner() instanceof UnionSubclass union && table.equals(union.getTable()));
        return whole && table.containsColumn(column)
                ? Optional.of(column)
                : table.getColumns().stream()
                        .filter(copied -> copied.getValue() == tenant.getValue())
                        .findFirst();
    }

    private static Optional<Property> copy(PersistentClass history, String name) {
        return properties(history).stream()
                .filter(property -> property.getName().equals(name))
                .findFirst();
    }

    private static Optional<Property> tenant(PersistentClass entity) {
        List<Property> properties = properties(entity);
        return Stream.<Class<?>>iterate(entity.getMappedClass(), type -> type != null, Class::getSuperclass)
                .flatMap(type -> properties.stream().filter(property -> isTenant(type, property.getName())))
                .findFirst();
    }

    private static List<Property> properties(PersistentClass entity) {
        List<Property> properties = new ArrayList<>(entity.getPropertyClosure());
        if (entity.getIdentifier() instanceof Component id) {
            properties.addAll(id.getProperties());
        }
        return properties;
    }

    private static boolean isTenant(Class<?> type, String attribute) {
        return Stream.<AnnotatedElement>concat(
                        Arrays.stream(type.getDeclaredFields())
                                .filter(field -> field.getName().equals(attribute)),
                        Arrays.stream(type.getDeclaredMethods())
                                .filter(method -> method.getParameterCount() == 0
                                        && method.getName().equalsIgnoreCase("get" + attribute)))
                .anyMatch(member -> member.isAnnotationPresent(TenantId.class));
    }

    private static String cure(MappedValue value, @Nullable PersistentClass tenanted, Optional<Property> tenant) {
        if (tenanted == null || tenant.isEmpty()) {
            return value.owner().getEntityName() + " has no @TenantId: give it one";
        }
        String where = tenanted.getEntityName() + "." + tenant.get().getName() + " is in table "
                + tenant.get().getValue().getTable().getName() + ": ";
        if (value.collection() != null) {
            return where + "map the elements as an entity of its own with a @TenantId";
        }
        return where
                + (tenanted == value.owner()
                        ? "move the attribute into that table (with inheritance: SINGLE_TABLE or TABLE_PER_CLASS)"
                        : "make the tenant @Audited too");
    }
}
