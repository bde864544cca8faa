package dev.tegula.hibernate.declared;

import java.util.List;
import java.util.Optional;
import org.hibernate.mapping.BasicValue;
import org.hibernate.mapping.Collection;
import org.hibernate.mapping.Component;
import org.hibernate.mapping.IndexedCollection;
import org.hibernate.mapping.Property;
import org.hibernate.mapping.Value;

/** Follows the dotted name of {@code @Convert(attributeName)}, with {@code key} and {@code value} for a map. */
final class AttributePath {

    private AttributePath() {}

    /** What the name stands for, from an attribute's value on; empty if there is no such attribute. */
    static Optional<Value> follow(Value from, String path) {
        if (from instanceof Collection collection) {
            return inCollection(collection, path);
        }
        if (path.isEmpty()) {
            return Optional.of(from);
        }
        return from instanceof Component component ? follow(component.getProperties(), path) : Optional.empty();
    }

    /** What the name stands for, from a class with attributes on. */
    static Optional<Value> follow(List<Property> properties, String path) {
        String first = first(path);
        return properties.stream()
                .filter(property -> property.getName().equals(first))
                .findFirst()
                .flatMap(property -> follow(property.getValue(), rest(path)));
    }

    // As lenient as Hibernate: without `key` or `value` it means the one that can be converted.
    private static Optional<Value> inCollection(Collection collection, String path) {
        Value element = collection.getElement();
        if (!(collection instanceof IndexedCollection indexed) || !collection.isMap()) {
            return follow(element, path);
        }
        String first = first(path);
        if (first.equals("key")) {
            return follow(indexed.getIndex(), rest(path));
        }
        if (first.equals("value")) {
            return follow(element, rest(path));
        }
        boolean convertible = element instanceof BasicValue || element instanceof Component;
        return follow(convertible ? element : indexed.getIndex(), path);
    }

    private static String first(String path) {
        int dot = path.indexOf('.');
        return dot < 0 ? path : path.substring(0, dot);
    }

    private static String rest(String path) {
        int dot = path.indexOf('.');
        return dot < 0 ? "" : path.substring(dot + 1);
    }
}
