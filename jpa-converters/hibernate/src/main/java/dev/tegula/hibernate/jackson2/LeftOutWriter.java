package dev.tegula.hibernate.jackson2;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonObjectFormatVisitor;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import com.fasterxml.jackson.databind.ser.BeanPropertyWriter;
import com.fasterxml.jackson.databind.util.NameTransformer;
import dev.tegula.hibernate.output.JsonOutput;
import org.jspecify.annotations.Nullable;

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
    public void serializeAsField(Object bean, JsonGenerator generator, SerializerProvider provider) throws Exception {
        if (inView(provider)) {
            shown.serializeAsField(bean, generator, provider);
        } else {
            refuse(provider);
            serializeAsOmittedField(bean, generator, provider);
        }
    }

    @Override
    public void serializeAsElement(Object bean, JsonGenerator generator, SerializerProvider provider) throws Exception {
        if (inView(provider)) {
            shown.serializeAsElement(bean, generator, provider);
        } else {
            refuse(provider);
            generator.writeNull();
        }
    }

    private boolean inView(SerializerProvider provider) {
        return inViews && provider.getActiveView() != null;
    }

    private void refuse(SerializerProvider provider) throws Exception {
        if (fail) {
            provider.reportBadDefinition(getMember().getDeclaringClass(), JsonOutput.refused(label));
        }
    }

    /** Filters and generators of identities may ask for the value itself. */
    @Override
    public @Nullable Object get(Object bean) throws Exception {
        return inViews ? shown.get(bean) : null;
    }

    @Override
    public void depositSchemaProperty(JsonObjectFormatVisitor visitor, SerializerProvider provider) {
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
    public void assignSerializer(JsonSerializer<Object> serializer) {
        shown.assignSerializer(serializer);
    }

    @Override
    public void assignNullSerializer(JsonSerializer<Object> serializer) {
        shown.assignNullSerializer(serializer);
    }

    @Override
    public void assignTypeSerializer(TypeSerializer serializer) {
        shown.assignTypeSerializer(serializer);
    }
}
