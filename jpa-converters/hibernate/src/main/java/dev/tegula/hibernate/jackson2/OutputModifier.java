package dev.tegula.hibernate.jackson2;

import com.fasterxml.jackson.annotation.ObjectIdGenerators;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.ObjectIdInfo;
import com.fasterxml.jackson.databind.ser.BeanPropertyWriter;
import com.fasterxml.jackson.databind.ser.BeanSerializerBuilder;
import com.fasterxml.jackson.databind.ser.BeanSerializerModifier;
import dev.tegula.hibernate.output.ExposureRequest;
import dev.tegula.hibernate.output.JsonOutput;
import dev.tegula.value.Sensitive;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Puts a writer that writes nothing, or fails, in the place of every property that is encrypted and not asked for. It is
 * not taken out of the list: arrays of properties would move up, and filters and unwrapped parents keep working.
 */
final class OutputModifier extends BeanSerializerModifier {

    private static final long serialVersionUID = 1;

    private final boolean fail;

    OutputModifier(boolean fail) {
        this.fail = fail;
    }

    @Override
    public List<BeanPropertyWriter> changeProperties(
            SerializationConfig config, BeanDescription description, List<BeanPropertyWriter> properties) {
        if (description.getBeanClass() == Sensitive.class) {
            return properties;
        }
        BeanAttributes attributes = new BeanAttributes(description.getClassInfo());
        properties.replaceAll(property -> replaced(attributes, description.getObjectIdInfo(), property));
        return properties;
    }

    private BeanPropertyWriter replaced(BeanAttributes attributes, ObjectIdInfo identity, BeanPropertyWriter property) {
        AnnotatedMember member = property.getMember();
        if (!attributes.encrypted(member)) {
            return property;
        }
        ExposureRequest wish = attributes.wish(member);
        if (wish == ExposureRequest.ALWAYS) {
            return property;
        }
        String label = attributes.label(member);
        if (identity != null
                && identity.getGeneratorType() == ObjectIdGenerators.PropertyGenerator.class
                && identity.getPropertyName().getSimpleName().equals(property.getName())) {
            throw new IllegalArgumentException(JsonOutput.shown(label, "@JsonIdentityInfo"));
        }
        return new LeftOutWriter(property, wish == ExposureRequest.IN_VIEWS, fail, label);
    }

    /** Both of these come after the list of properties, or beside it. */
    @Override
    public BeanSerializerBuilder updateBuilder(
            SerializationConfig config, BeanDescription description, BeanSerializerBuilder builder) {
        BeanAttributes attributes = new BeanAttributes(description.getClassInfo());
        AnnotatedMember any = description.findAnyGetter();
        if (any != null && attributes.hidden(any)) {
            hide(any, attributes, builder);
        }
        AnnotatedMember type = builder.getTypeId();
        if (type != null && attributes.hidden(type)) {
            throw new IllegalArgumentException(JsonOutput.shown(attributes.label(type), "@JsonTypeId"));
        }
        return builder;
    }

    // From 2.19 on it is one of the properties.
    private void hide(AnnotatedMember any, BeanAttributes attributes, BeanSerializerBuilder builder) {
        if (fail) {
            throw new IllegalArgumentException(JsonOutput.refused(attributes.label(any)));
        }
        builder.setAnyGetter(null);
        UnaryOperator<BeanPropertyWriter> hiding = property -> property != null && any.equals(property.getMember())
                ? new LeftOutWriter(property, false, false, attributes.label(any))
                : property;
        builder.getProperties().replaceAll(hiding);
        BeanPropertyWriter[] inView = builder.getFilteredProperties();
        if (inView != null) {
            Arrays.setAll(inView, i -> hiding.apply(inView[i]));
        }
    }

    @Override
    public JsonSerializer<?> modifySerializer(
            SerializationConfig config, BeanDescription description, JsonSerializer<?> serializer) {
        return description.getBeanClass() == Sensitive.class ? new SensitiveSerializer(serializer, fail) : serializer;
    }
}
