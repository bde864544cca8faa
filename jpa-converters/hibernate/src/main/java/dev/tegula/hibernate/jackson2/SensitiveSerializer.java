package dev.tegula.hibernate.jackson2;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import com.fasterxml.jackson.databind.ser.BeanPropertyWriter;
import com.fasterxml.jackson.databind.ser.ContextualSerializer;
import com.fasterxml.jackson.databind.ser.ResolvableSerializer;
import dev.tegula.hibernate.output.JsonOutput;
import dev.tegula.value.Sensitive;
import java.io.IOException;

/** Writes null for a {@code Sensitive} that is no property of its own: at the root, in a list or map, in an Object. */
final class SensitiveSerializer extends JsonSerializer<Object> implements ContextualSerializer, ResolvableSerializer {

    private final JsonSerializer<?> shown;
    private final boolean fail;

    SensitiveSerializer(JsonSerializer<?> shown, boolean fail) {
        this.shown = shown;
        this.fail = fail;
    }

    @Override
    public void resolve(SerializerProvider provider) throws JsonMappingException {
        if (shown instanceof ResolvableSerializer resolvable) {
            resolvable.resolve(provider);
        }
    }

    /** A property that is declared to hold one, and was not left out, was asked for. */
    @Override
    public JsonSerializer<?> createContextual(SerializerProvider provider, BeanProperty property)
            throws JsonMappingException {
        boolean asked = property instanceof BeanPropertyWriter writer
                && BeanAttributes.holdsSensitive(writer.getType())
                && !(writer instanceof LeftOutWriter leftOut && leftOut.always());
        return asked ? provider.handleSecondaryContextualization(shown, property) : this;
    }

    @Override
    public void serialize(Object value, JsonGenerator generator, SerializerProvider provider) throws IOException {
        if (fail) {
            provider.reportBadDefinition(Sensitive.class, JsonOutput.refused("A value of type Sensitive"));
        }
        generator.writeNull();
    }

    @Override
    public void serializeWithType(
            Object value, JsonGenerator generator, SerializerProvider provider, TypeSerializer typing)
            throws IOException {
        serialize(value, generator, provider);
    }

    @Override
    public boolean isEmpty(SerializerProvider provider, Object value) {
        return !fail;
    }
}
