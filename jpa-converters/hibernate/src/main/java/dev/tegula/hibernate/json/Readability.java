package dev.tegula.hibernate.json;

import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.AbstractDeserializer;
import com.fasterxml.jackson.databind.deser.BeanDeserializerBase;
import com.fasterxml.jackson.databind.deser.DefaultDeserializationContext;
import com.fasterxml.jackson.databind.deser.SettableBeanProperty;
import com.fasterxml.jackson.databind.deser.ValueInstantiator;
import com.fasterxml.jackson.databind.deser.impl.UnsupportedTypeDeserializer;
import com.fasterxml.jackson.databind.deser.std.ContainerDeserializerBase;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import dev.tegula.failure.ConfigurationException;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds, before any value is written, the classes inside a type that Jackson would write but could not read back. */
final class Readability {

    private final DeserializationContext context;
    private final DeserializationConfig config;
    private final Set<JsonDeserializer<?>> seen = new HashSet<>();
    private final Set<String> properties = new HashSet<>();

    private Readability(ObjectMapper mapper) {
        this.config = mapper.getDeserializationConfig();
        this.context = ((DefaultDeserializationContext) mapper.getDeserializationContext()).createDummyInstance(config);
    }

    /**
     * The names of the properties in a type and in the types inside it.
     *
     * @throws ConfigurationException naming the class or property that cannot be read, and the cure
     */
    @SuppressWarnings("UnusedException") // Jackson's message is long, and says nothing that ours does not
    static Set<String> check(ObjectMapper mapper, JavaType type) {
        Readability walk = new Readability(mapper);
        try {
            walk.type(walk.context.findRootValueDeserializer(type), type, name(type));
        } catch (JsonMappingException | IllegalArgumentException e) {
            throw unreadable(
                    name(type),
                    "Jackson finds no way to read it (" + e.getClass().getSimpleName()
                            + "): a key of a map must be text,"
                            + " a number, an enum, a UUID, java.time or a class with a constructor of one String; two"
                            + " properties must not have one name");
        }
        return Set.copyOf(walk.properties);
    }

    private void type(@Nullable JsonDeserializer<?> reader, JavaType type, String path) throws JsonMappingException {
        if (reader == null || !seen.add(reader)) {
            return;
        }
        if (reader instanceof AbstractDeserializer) {
            throw unreadable(
                    path,
                    "it is abstract, and nothing in the JSON says which class to make. Name the concrete class, or list"
                            + " the subclasses with @JsonTypeInfo and @JsonSubTypes");
        }
        if (reader instanceof UnsupportedTypeDeserializer) {
            throw unreadable(path, "Jackson reads " + name(type) + " only with a module. Use a plain type here");
        }
        if (reader instanceof BeanDeserializerBase bean) {
            bean(bean, type, path);
        } else if (reader instanceof ContainerDeserializerBase<?> container && type.getContentType() != null) {
            if (type.getContentType().getTypeHandler() == null) {
                type(container.getContentDeserializer(), type.getContentType(), path);
            }
        }
    }

    private void bean(BeanDeserializerBase reader, JavaType type, String path) throws JsonMappingException {
        if (!makes(reader.getValueInstantiator())) {
            throw unreadable(
                    path,
                    "it has no constructor that Jackson could use. Make it a record, or give it a constructor without"
                            + " parameters, or one with @JsonCreator and a @JsonProperty for each parameter");
        }
        BeanDescription description = config.introspect(type);
        for (BeanPropertyDefinition property : description.findProperties()) {
            properties.add(property.getName());
        }
        for (Iterator<SettableBeanProperty> all = reader.properties(); all.hasNext(); ) {
            SettableBeanProperty property = all.next();
            if (!property.hasValueTypeDeserializer()) {
                JsonDeserializer<?> inside = property.hasValueDeserializer()
                        ? property.getValueDeserializer()
                        : context.findContextualValueDeserializer(property.getType(), property);
                type(inside, property.getType(), name(type) + "." + property.getName());
            }
        }
    }

    /** Whether an object can be made; where only a scalar makes it, the first value tells (it may have a JsonValue). */
    private static boolean makes(ValueInstantiator instantiator) {
        return instantiator.canInstantiate();
    }

    private static String name(JavaType type) {
        return type.toCanonical();
    }

    private static ConfigurationException unreadable(String path, String why) {
        return new ConfigurationException(path + " could be written as JSON and not read back: " + why
                + ". Or store the field with your own ValueCodec.");
    }
}
