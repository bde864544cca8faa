package dev.tegula.hibernate.index;

import dev.tegula.hibernate.type.CompanionType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.hibernate.boot.Metadata;
import org.hibernate.mapping.BasicValue;
import org.hibernate.mapping.Collection;
import org.hibernate.mapping.Component;
import org.hibernate.mapping.IndexedCollection;
import org.hibernate.mapping.PersistentClass;
import org.hibernate.mapping.Property;
import org.hibernate.mapping.Table;
import org.hibernate.mapping.UnionSubclass;
import org.hibernate.mapping.Value;

/** Finds every blind index, and all blind tokens, of the final mapping: in entities, embeddables, subclasses and history tables. */
public final class MappedIndexes {

    private final List<MappedIndex> found = new ArrayList<>();

    private MappedIndexes() {}

    /** All of them, in the order of the mapping. */
    public static List<MappedIndex> of(Metadata metadata) {
        MappedIndexes indexes = new MappedIndexes();
        metadata.getEntityBindings().forEach(indexes::entity);
        return List.copyOf(indexes.found);
    }

    /** Whether an entity has one, of its own or inherited. */
    static boolean has(PersistentClass entity) {
        List<CompanionType<?>> found = new ArrayList<>();
        entity.getPropertyClosure().forEach(property -> types(property.getValue(), found::add));
        return !found.isEmpty();
    }

    /** Those at places where nothing fills them: identifiers, collections and their keys. */
    public static List<String> misplaced(Metadata metadata) {
        List<String> found = new ArrayList<>();
        for (PersistentClass entity : metadata.getEntityBindings()) {
            if (entity.getIdentifier() != null) {
                types(entity.getIdentifier(), type -> found.add(entity.getEntityName() + "." + type.name()));
            }
        }
        for (Collection collection : metadata.getCollectionBindings()) {
            Consumer<CompanionType<?>> add = type -> found.add(collection.getRole() + "." + type.name());
            types(collection.getElement(), add);
            if (collection instanceof IndexedCollection indexed) {
                types(indexed.getIndex(), add);
            }
        }
        return found;
    }

    private static void types(Value value, Consumer<CompanionType<?>> each) {
        if (value instanceof BasicValue basic) {
            type(basic).forEach(each);
        } else if (value instanceof Component component) {
            component.getProperties().forEach(property -> types(property.getValue(), each));
        }
    }

    private static Stream<CompanionType<?>> type(BasicValue value) {
        return value.resolve().getDomainJavaType() instanceof CompanionType<?> type ? Stream.of(type) : Stream.empty();
    }

    private void entity(PersistentClass entity) {
        boolean union = entity instanceof UnionSubclass;
        for (Property property : union ? entity.getPropertyClosure() : entity.getProperties()) {
            Table table = union ? entity.getTable() : property.getValue().getTable();
            visit(entity, property, property, List.of(property.getName()), entity.getPropertyClosure(), table);
        }
    }

    private void visit(
            PersistentClass owner,
            Property top,
            Property property,
            List<String> path,
            List<Property> siblings,
            Table table) {
        if (property.getValue() instanceof BasicValue value) {
            type(value)
                    .map(type -> new MappedIndex(owner, top, path, property, value, type, siblings, table))
                    .forEach(found::add);
        } else if (property.getValue() instanceof Component component) {
            for (Property part : component.getProperties()) {
                List<String> longer =
                        Stream.concat(path.stream(), Stream.of(part.getName())).toList();
                visit(owner, top, part, longer, component.getProperties(), table);
            }
        }
    }
}
