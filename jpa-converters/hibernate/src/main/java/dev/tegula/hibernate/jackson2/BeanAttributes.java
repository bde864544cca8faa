package dev.tegula.hibernate.jackson2;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.AnnotatedField;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.AnnotatedMethod;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import dev.tegula.hibernate.output.Annotated;
import dev.tegula.hibernate.output.EncryptedAttributes;
import dev.tegula.hibernate.output.ExposureRequest;
import dev.tegula.value.Sensitive;
import java.util.ArrayList;
import java.util.List;

/** What a class that Jackson is about to write says of its attributes, with the annotations of mix-ins. */
final class BeanAttributes {

    private final AnnotatedClass type;
    private final EncryptedAttributes declared;

    BeanAttributes(AnnotatedClass type) {
        this.type = type;
        this.declared = EncryptedAttributes.of(type.getRawType());
    }

    boolean encrypted(AnnotatedMember member) {
        return declared.cover(member.getName())
                || EncryptedAttributes.declare(member::getAnnotation)
                || holdsSensitive(member.getType());
    }

    boolean hidden(AnnotatedMember member) {
        return encrypted(member) && wish(member) != ExposureRequest.ALWAYS;
    }

    /** Of a property that is read. */
    boolean hidden(BeanPropertyDefinition property) {
        boolean encrypted = declared.cover(property.getInternalName()) || holdsSensitive(property.getPrimaryType());
        return encrypted && wish(property.getInternalName()) != ExposureRequest.ALWAYS;
    }

    /**
     * What is asked for. The member itself will not do: Jackson has merged the annotations of setter and constructor into
     * it, which are about reading.
     */
    ExposureRequest wish(AnnotatedMember member) {
        return wish(member.getName());
    }

    private ExposureRequest wish(String member) {
        List<AnnotatedMember> same = new ArrayList<>();
        for (AnnotatedField field : type.fields()) {
            if (EncryptedAttributes.same(field.getName(), member)) {
                same.add(field);
            }
        }
        for (AnnotatedMethod method : type.memberMethods()) {
            if (method.getParameterCount() == 0 && EncryptedAttributes.same(method.getName(), member)) {
                same.add(method);
            }
        }
        return same.stream().anyMatch(BeanAttributes::hasSerializer)
                ? ExposureRequest.ALWAYS
                : ExposureRequest.of(
                        same.stream().map(one -> (Annotated) one::getAnnotation).toList());
    }

    String label(AnnotatedMember member) {
        return type.getRawType().getSimpleName() + "." + member.getName();
    }

    /** A serializer for this attribute alone: it decides what is shown, for example the last four digits. */
    private static boolean hasSerializer(AnnotatedMember member) {
        JsonSerialize serialize = member.getAnnotation(JsonSerialize.class);
        return serialize != null
                && (serialize.using() != JsonSerializer.None.class
                        || serialize.contentUsing() != JsonSerializer.None.class);
    }

    static boolean holdsSensitive(JavaType type) {
        if (type.hasRawClass(Sensitive.class)) {
            return true;
        }
        for (int i = 0; i < type.containedTypeCount(); i++) {
            if (holdsSensitive(type.containedType(i))) {
                return true;
            }
        }
        JavaType content = type.getContentType();
        JavaType referenced = type.getReferencedType();
        return (content != null && holdsSensitive(content)) || (referenced != null && holdsSensitive(referenced));
    }
}
