package dev.tegula.hibernate.jackson3;

import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.introspect.BeanPropertyDefinition;

/** Makes a document name what was left out of the one it answers. */
final class InputModifier extends ValueDeserializerModifier {

    private static final long serialVersionUID = 1;

    @Override
    public ValueDeserializer<?> modifyDeserializer(
            DeserializationConfig config, BeanDescription.Supplier description, ValueDeserializer<?> deserializer) {
        BeanAttributes attributes = new BeanAttributes(description.getClassInfo());
        Set<String> names = description.get().findProperties().stream()
                .filter(BeanPropertyDefinition::couldDeserialize)
                .filter(attributes::hidden)
                .map(BeanPropertyDefinition::getName)
                .collect(Collectors.toUnmodifiableSet());
        return names.isEmpty() ? deserializer : new NamedDeserializer(deserializer, names);
    }
}
