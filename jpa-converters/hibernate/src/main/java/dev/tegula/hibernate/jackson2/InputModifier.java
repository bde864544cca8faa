package dev.tegula.hibernate.jackson2;

import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes a document name what was left out of the one it answers. */
final class InputModifier extends BeanDeserializerModifier {

    private static final long serialVersionUID = 1;

    @Override
    public JsonDeserializer<?> modifyDeserializer(
            DeserializationConfig config, BeanDescription description, JsonDeserializer<?> deserializer) {
        BeanAttributes attributes = new BeanAttributes(description.getClassInfo());
        Set<String> names = description.findProperties().stream()
                .filter(BeanPropertyDefinition::couldDeserialize)
                .filter(attributes::hidden)
                .map(BeanPropertyDefinition::getName)
                .collect(Collectors.toUnmodifiableSet());
        return names.isEmpty() ? deserializer : new NamedDeserializer(deserializer, names);
    }
}
