package dev.tegula.hibernate.declared;

import java.util.List;
import java.util.Optional;
import org.hibernate.mapping.Property;

/**
 * A class whose attributes the mapping knows one by one: an entity, or an embeddable in one of its places.
 *
 * @param members what it declares
 * @param entity whether it is an entity, which nothing outside of it can override
 */
record Holder(Class<?> type, List<Member> members, List<Property> properties, boolean entity) {

    Optional<Property> property(String name) {
        return properties.stream()
                .filter(property -> property.getName().equals(name))
                .findFirst();
    }
}
