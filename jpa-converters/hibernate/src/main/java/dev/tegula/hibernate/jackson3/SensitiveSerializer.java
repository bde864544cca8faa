package dev.tegula.hibernate.jackson3;

import dev.tegula.hibernate.output.JsonOutput;
import dev.tegula.value.Sensitive;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.jsontype.TypeSerializer;
import tools.jackson.databind.ser.BeanPropertyWriter;

/** Writes null for a {@code Sensitive} that is no property of its own: at the root, in a list or map, in an Object. */
final class SensitiveSerializer extends ValueSerializer<Object> {

    private final ValueSerializer<?> shown;
    private final boolean fail;

    SensitiveSerializer(ValueSerializer<?> shown, boolean fail) {
        this.shown = shown;
        this.fail = fail;
    }

    @Override
    public void resolve(SerializationContext context) {
        shown.resolve(context);
    }

    /** A property that is declared to hold one, and was not left out, was asked for. */
    @Override
    public ValueSerializer<?> createContextual(SerializationContext context, BeanProperty property) {
        boolean asked = property instanceof BeanPropertyWriter writer
                && BeanAttributes.holdsSensitive(writer.getType())
                && !(writer instanceof LeftOutWriter leftOut && leftOut.always());
        return asked ? context.handleSecondaryContextualization(shown, property) : this;
    }

    @Override
    public void serialize(Object value, JsonGenerator generator, SerializationContext context) {
        if (fail) {
            context.reportBadDefinition(Sensitive.class, JsonOutput.refused("A value of type Sensitive"));
        }
        generator.writeNull();
    }

    @Override
    public void serializeWithType(
            Object value, JsonGenerator generator, SerializationContext context, TypeSerializer typing) {
        serialize(value, generator, context);
    }

    @Override
    public boolean isEmpty(SerializationContext context, Object value) {
        return !fail;
    }
}
