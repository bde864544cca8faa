package dev.tegula.hibernate.jackson3;

import dev.tegula.hibernate.output.JsonOutput;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.jsonFormatVisitors.JsonObjectFormatVisitor;
import tools.jackson.databind.jsontype.TypeSerializer;
import tools.jackson.databind.ser.BeanPropertyWriter;
import tools.jackson.databind.util.NameTransformer;

/** Writes nothing, or fails; while a view is active it may write what it stands for. */
final class LeftOutWriter extends BeanPropertyWriter {

    private static final long serialVersionUID = 1;

    private final BeanPropertyWriter shown;
    private final boolean inViews;
    private final boolean fail;
    private final String label;

    LeftOutWriter(BeanPropertyWriter shown, boolean inViews, boolean fail, String label) {
        super(shown);
        this.shown = shown;
        this.inViews = inViews;
        this.fail = fail;
        this.label = label;
    }

    /** Whether it never writes what it stands for. */
    boolean always() {
        return !inViews;
    }

    @Override
    public void serializeAsProperty(Object bean, JsonGenerator generator, SerializationContext context)
            throws Exception {
        if (inView(context)) {
            shown.serializeAsProperty(bean, generator, context);
        } else {
            refuse(context);
            serializeAsOmittedProperty(bean, generator, context);
        }
    }

    @Override
    public void serializeAsElement(Object bean, JsonGenerator generator, SerializationContext context)
            throws Exception {
        if (inView(context)) {
            shown.serializeAsElement(bean, generator, context);
        } else {
            refuse(context);
            generator.writeNull();
        }
    }

    private boolean inView(SerializationContext context) {
        return inViews && context.getActiveView() != null;
    }

    private void refuse(SerializationContext context) throws Exception {
        if (fail) {
            context.reportBadDefinition(getMember().getDeclaringClass(), JsonOutput.refused(label));
        }
    }

    @Override
    public void depositSchemaProperty(JsonObjectFormatVisitor visitor, SerializationContext context) {
        // What is never written is in no schema of what is written.
    }

    @Override
    public BeanPropertyWriter rename(NameTransformer transformer) {
        return new LeftOutWriter(shown.rename(transformer), inViews, fail, label);
    }

    @Override
    public BeanPropertyWriter unwrappingWriter(NameTransformer unwrapper) {
        return new LeftOutWriter(shown.unwrappingWriter(unwrapper), inViews, fail, label);
    }

    @Override
    public boolean isUnwrapping() {
        return shown.isUnwrapping();
    }

    @Override
    public void assignSerializer(ValueSerializer<Object> serializer) {
        shown.assignSerializer(serializer);
    }

    @Override
    public void assignNullSerializer(ValueSerializer<Object> serializer) {
        shown.assignNullSerializer(serializer);
    }

    @Override
    public void assignTypeSerializer(TypeSerializer serializer) {
        shown.assignTypeSerializer(serializer);
    }
}
