package dev.tegula.hibernate.boot;

import dev.tegula.hibernate.catalogue.MappedValue;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.hibernate.boot.Metadata;
import org.hibernate.mapping.Collection;
import org.hibernate.mapping.ManyToOne;
import org.hibernate.mapping.OneToMany;
import org.hibernate.mapping.Value;
import org.jspecify.annotations.Nullable;

/** No collection may be ordered by ciphertext. */
final class OrderChecks {

    private final List<MappedValue> values;

    private OrderChecks(List<MappedValue> values) {
        this.values = values;
    }

    static void check(Metadata metadata, List<MappedValue> values) {
        metadata.getCollectionBindings().forEach(new OrderChecks(values)::check);
    }

    private void check(Collection collection) {
        Set<String> words = words(collection.getOrderBy());
        words.addAll(words(collection.getManyToManyOrdering()));
        for (MappedValue value : values) {
            if (!words.isEmpty() && within(value, collection) && named(value, words)) {
                throw Refusal.of(
                        value.path(), "orders the collection " + collection.getRole() + ": ciphertext has no order");
            }
        }
    }

    private static boolean within(MappedValue value, Collection collection) {
        return value.collection() == collection
                || (value.collection() == null
                        && value.owner().getEntityName().equals(target(collection.getElement())));
    }

    private static String target(Value element) {
        if (element instanceof OneToMany many) {
            return many.getReferencedEntityName();
        }
        return element instanceof ManyToOne one ? one.getReferencedEntityName() : "";
    }

    private static boolean named(MappedValue value, Set<String> words) {
        boolean element = value.collection() != null
                && value.property() != null
                && value.path().equals(value.collection().getRole());
        String attribute = value.path().substring(value.path().lastIndexOf('.') + 1);
        return element
                || words.contains(attribute.toLowerCase(Locale.ROOT))
                || words.contains(value.column().getName().toLowerCase(Locale.ROOT));
    }

    private static Set<String> words(@Nullable String order) {
        return order == null
                ? new HashSet<>()
                : Arrays.stream(order.split("[^A-Za-z0-9_$]+"))
                        .filter(word -> !word.isEmpty())
                        .map(word -> word.toLowerCase(Locale.ROOT))
                        .collect(Collectors.toCollection(HashSet::new));
    }
}
