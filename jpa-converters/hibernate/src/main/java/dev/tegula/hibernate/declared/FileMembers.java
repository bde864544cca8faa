package dev.tegula.hibernate.declared;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.hibernate.files.FileConversion;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Convert;
import java.lang.annotation.Annotation;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The encrypting conversions that mapping files name, as members of the classes that they are in. */
final class FileMembers {

    private final List<FileConversion> conversions;

    FileMembers(List<FileConversion> conversions) {
        this.conversions = conversions;
    }

    /** Those of a class alone. */
    List<Member> of(Class<?> type) {
        return conversions.stream()
                .filter(conversion -> conversion.type() == type)
                .map(conversion -> member(type, conversion))
                .toList();
    }

    /** Those of an entity that has no Java class, or shares it; they are maps. */
    List<Member> named(String entity) {
        return conversions.stream()
                .filter(conversion ->
                        conversion.type() == null && conversion.name().equals(entity))
                .map(conversion -> member(Map.class, conversion))
                .toList();
    }

    /** A class that no place of the mapping has stores nothing, but an entity must be in it. */
    void checkReached(Set<Class<?>> types, Set<String> entities) {
        for (FileConversion conversion : conversions) {
            boolean reached = conversion.type() == null
                    ? entities.contains(conversion.name())
                    : !conversion.entity() || types.contains(conversion.type());
            if (!reached) {
                throw new ConfigurationException(label(conversion.name(), conversion)
                        + " is declared encrypted, but the mapping has no class of this name that Tegula could check. Give"
                        + " it a Java class, or name the attribute with its dotted path in the <entity>.");
            }
        }
    }

    private static Member member(Class<?> type, FileConversion conversion) {
        String name = conversion.type() == null ? conversion.name() : type.getName();
        return new Member(
                label(name, conversion),
                type,
                conversion.attribute(),
                MappingFiles.Laid.byFile(
                        conversion.attribute().isEmpty(), new FileConvert(conversion.path(), conversion.converter())));
    }

    private static String label(String type, FileConversion conversion) {
        return type
                + conversion.attribute().map(attribute -> "." + attribute).orElse("") + " (<" + conversion.element()
                + "> in " + conversion.file() + ")";
    }

    /** What the annotation would say. */
    @SuppressWarnings({"rawtypes", "ClassExplicitlyAnnotation"})
    private record FileConvert(String attributeName, Class<? extends AttributeConverter> converter) implements Convert {

        @Override
        public boolean disableConversion() {
            return false;
        }

        @Override
        public Class<? extends Annotation> annotationType() {
            return Convert.class;
        }
    }
}
