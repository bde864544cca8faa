package dev.tegula.hibernate.catalogue;

import java.util.ArrayList;
import java.util.List;
import org.hibernate.boot.Metadata;
import org.hibernate.mapping.BasicValue;
import org.hibernate.mapping.Collection;
import org.hibernate.mapping.Column;
import org.hibernate.mapping.Component;
import org.hibernate.mapping.IndexedCollection;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.mapping.Property;
import org.hibernate.mapping.RootClass;
import org.hibernate.mapping.Table;
import org.hibernate.mapping.UnionSubclass;
import org.hibernate.mapping.Value;
import org.jspecify.annotations.Nullable;

/**
 * Finds every place of the final mapping where encrypted values are stored: entities, identifiers, embeddables, secondary
 * and subclass tables, collections with their keys, and history tables, of Envers and of Hibernate itself.
 */
public final class MappedValues {

    private final List<MappedValue> found = new ArrayList<>();

    private MappedValues() {}

    /** All of them, in the order of the mapping. */
    public static List<MappedValue> of(Metadata metadata) {
        MappedValues values = new MappedValues();
        metadata.getEntityBindings().forEach(values::entity);
        metadata.getCollectionBindings().forEach(values::collection);
        metadata.collectTableMappings().forEach(values::copies);
        return List.copyOf(values.found);
    }

    private void entity(PersistentClass entity) {
        String name = entity.getEntityName();
        if (entity instanceof RootClass root && root.getIdentifierProperty() != null) {
            Property id = root.getIdentifierProperty();
            visit(id.getValue(), new Place(name + "." + id.getName(), entity, id, null, entity.getTable()));
        } else if (entity instanceof RootClass root && root.getIdentifierMapper() != null) {
            visit(root.getIdentifierMapper(), new Place(name, entity, null, null, entity.getTable()));
        }
        boolean union = entity instanceof UnionSubclass;
        for (Property property : union ? entity.getPropertyClosure() : entity.getProperties()) {
            Table table = union ? entity.getTable() : property.getValue().getTable();
            visit(property.getValue(), new Place(name + "." + property.getName(), entity, property, null, table));
        }
    }

    private void collection(Collection collection) {
        PersistentClass owner = collection.getOwner();
        Property property = property(owner, collection);
        Place place = new Place(collection.getRole(), owner, property, collection, collection.getCollectionTable());
        visit(collection.getElement(), place);
        if (collection instanceof IndexedCollection indexed) {
            visit(indexed.getIndex(), place.at("{key}", null));
        }
    }

    // The history tables of Hibernate 7's own @Audited and @Temporal have copies of columns, with the same values, and
    // no
    // entity of their own.
    private void copies(Table table) {
        for (Column column : table.getColumns()) {
            List<MappedValue> originals = found.stream()
                    .filter(original -> column.getValue() == original.value())
                    .toList();
            if (!originals.isEmpty()
                    && originals.stream().noneMatch(original -> original.table().equals(table))) {
                MappedValue one = originals.get(0);
                found.add(new MappedValue(
                        one.value(),
                        one.path() + " (" + table.getName() + ")",
                        one.owner(),
                        one.property(),
                        one.collection(),
                        table));
            }
        }
    }

    private void visit(Value value, Place place) {
        if (value instanceof BasicValue basic && MappedValue.encryption(basic).isPresent()) {
            found.add(new MappedValue(basic, place.path, place.owner, place.property, place.collection, place.table));
        } else if (value instanceof Component component) {
            for (Property property : component.getProperties()) {
                visit(property.getValue(), place.at(property.getName(), property));
            }
        }
    }

    private static @Nullable Property property(PersistentClass owner, Collection collection) {
        String name = collection.getRole().substring(owner.getEntityName().length() + 1);
        return name.indexOf('.') < 0 && owner.hasProperty(name) ? owner.getProperty(name) : null;
    }

    private record Place(
            String path,
            PersistentClass owner,
            @Nullable Property property,
            @Nullable Collection collection,
            Table table) {

        Place at(String name, @Nullable Property attribute) {
            return new Place(path + "." + name, owner, attribute, collection, table);
        }
    }
}
