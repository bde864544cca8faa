package dev.tegula.hibernate.catalogue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.hibernate.boot.Metadata;
import org.hibernate.mapping.Collection;
import org.hibernate.mapping.Column;
import org.hibernate.mapping.Component;
import org.hibernate.mapping.IdentifierCollection;
import org.hibernate.mapping.IndexedCollection;
import org.hibernate.mapping.OneToMany;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.mapping.Property;
import org.hibernate.mapping.Selectable;
import org.hibernate.mapping.Table;
import org.hibernate.mapping.Value;
import org.jspecify.annotations.Nullable;

/** Every column of the mapping with every value that uses it: attributes, keys, discriminators, and what Hibernate adds. */
public final class ColumnUses {

    private final List<ColumnUse> uses = new ArrayList<>();
    private final Set<Value> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    private ColumnUses() {}

    /** All of them. */
    public static List<ColumnUse> of(Metadata metadata) {
        ColumnUses uses = new ColumnUses();
        metadata.getEntityBindings().forEach(uses::entity);
        metadata.getCollectionBindings().forEach(uses::collection);
        metadata.collectTableMappings().forEach(uses::table);
        return uses.uses;
    }

    private void entity(PersistentClass entity) {
        String name = entity.getEntityName();
        properties(entity.getProperties(), name);
        entity.getJoins().forEach(join -> {
            properties(join.getProperties(), name);
            visit(join.getKey(), name + " (key of " + join.getTable().getName() + ")");
        });
        Property id = entity.getIdentifierProperty();
        visit(entity.getIdentifier(), id == null ? name : name + "." + id.getName());
        visit(entity.getKey(), name + " (key of " + entity.getTable().getName() + ")");
        visit(entity.getDiscriminator(), name + " (discriminator)");
    }

    private void properties(List<Property> properties, String path) {
        properties.forEach(property -> visit(property.getValue(), path + "." + property.getName()));
    }

    private void collection(Collection collection) {
        String role = collection.getRole();
        visit(collection.getElement(), role);
        visit(collection.getKey(), role + " (key)");
        if (collection instanceof IndexedCollection indexed) {
            visit(indexed.getIndex(), role + ".{key}");
        }
        if (collection instanceof IdentifierCollection identified) {
            visit(identified.getIdentifier(), role + " (identifier)");
        }
    }

    // Last: what has a path has it by now.
    private void table(Table table) {
        for (Column column : table.getColumns()) {
            String path = table.getName() + "." + column.getName();
            visit(column.getValue(), path);
            if (column.getValue() != null
                    && uses.stream()
                            .noneMatch(use ->
                                    use.table().equals(table) && use.column().equals(column))) {
                uses.add(new ColumnUse(table, column, column.getValue(), path));
            }
        }
    }

    private void visit(@Nullable Value value, String path) {
        if (value == null || value instanceof Collection || value instanceof OneToMany || !seen.add(value)) {
            return;
        }
        if (value instanceof Component component) {
            properties(component.getProperties(), path);
        } else {
            // Not getColumns(): it fails where a value has a formula, which is no column of a table.
            for (Selectable selectable : value.getSelectables()) {
                if (selectable instanceof Column column) {
                    uses.add(new ColumnUse(value.getTable(), column, value, path));
                }
            }
        }
    }
}
