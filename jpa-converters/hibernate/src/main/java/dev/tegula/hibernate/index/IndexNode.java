package dev.tegula.hibernate.index;

import dev.tegula.hibernate.type.Companion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.type.CompositeType;
import org.jspecify.annotations.Nullable;

/** The blind indexes and blind tokens of an entity or embeddable, and of the embeddables in it. Not changed once it is in use. */
final class IndexNode {

    private final Map<String, Leaf> leaves = new HashMap<>();
    private final Map<String, IndexNode> embedded = new HashMap<>();

    private record Leaf(Companion companion, List<String> indexed) {

        List<?> values(Function<String, @Nullable Object> attributes) {
            List<@Nullable Object> values = new ArrayList<>();
            indexed.forEach(name -> values.add(attributes.apply(name)));
            return values;
        }
    }

    void add(List<String> path, Companion companion, List<String> indexed) {
        if (path.size() == 1) {
            leaves.put(path.get(0), new Leaf(companion, indexed));
        } else {
            embedded.computeIfAbsent(path.get(0), name -> new IndexNode())
                    .add(path.subList(1, path.size()), companion, indexed);
        }
    }

    /**
     * The value of one attribute: the index or tokens, or the embeddable with its indexes filled.
     *
     * @param update whether the row is there: then one that holds nothing may be left so, where {@link Companion#mayLack} says so
     * @param loaded what the row held, as far as that is known: an index that is there is not taken away because an object lacks it
     */
    @Nullable
    Object filled(
            boolean update,
            String name,
            @Nullable Object loaded,
            @Nullable Object value,
            @Nullable CompositeType type,
            Function<String, @Nullable Object> attributes,
            SharedSessionContractImplementor session) {
        Leaf leaf = leaves.get(name);
        if (leaf != null) {
            List<?> values = leaf.values(attributes);
            return update && loaded == null && value == null && leaf.companion.mayLack(values)
                    ? null
                    : leaf.companion.compute(values, session);
        }
        IndexNode inside = embedded.get(name);
        return inside == null || value == null || type == null
                ? value
                : inside.fill(update, loaded, value, type, session);
    }

    private Object fill(
            boolean update,
            @Nullable Object loaded,
            Object embeddable,
            CompositeType type,
            SharedSessionContractImplementor session) {
        String[] names = type.getPropertyNames();
        @Nullable Object[] held = loaded == null ? new @Nullable Object[names.length] : type.getPropertyValues(loaded);
        @Nullable Object[] values = type.getPropertyValues(embeddable);
        boolean changed = false;
        for (int i = 0; i < names.length; i++) {
            CompositeType part = type.getSubtypes()[i] instanceof CompositeType composite ? composite : null;
            Object next = filled(update, names[i], held[i], values[i], part, named(names, values), session);
            changed |= !Objects.equals(next, values[i]);
            values[i] = next;
        }
        return changed ? type.replacePropertyValues(embeddable, values, session) : embeddable;
    }

    /**
     * Checks what was loaded.
     *
     * @throws dev.tegula.failure.IntegrityException if an index is not that of its values
     */
    void verify(
            String name,
            @Nullable Object value,
            @Nullable CompositeType type,
            Function<String, @Nullable Object> attributes,
            SharedSessionContractImplementor session) {
        Leaf leaf = leaves.get(name);
        IndexNode inside = embedded.get(name);
        if (leaf != null) {
            leaf.companion.verify(value, leaf.values(attributes), session);
        } else if (inside != null && value != null && type != null) {
            String[] names = type.getPropertyNames();
            @Nullable Object[] values = type.getPropertyValues(value);
            for (int i = 0; i < names.length; i++) {
                CompositeType part = type.getSubtypes()[i] instanceof CompositeType composite ? composite : null;
                inside.verify(names[i], values[i], part, named(names, values), session);
            }
        }
    }

    static Function<String, @Nullable Object> named(String[] names, @Nullable Object[] values) {
        return wanted -> {
            for (int i = 0; i < names.length; i++) {
                if (names[i].equals(wanted)) {
                    return values[i];
                }
            }
            throw new IllegalStateException("The attribute " + wanted + " was there when the mapping was checked");
        };
    }
}
