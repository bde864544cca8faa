package dev.tegula.hibernate.declared;

import dev.tegula.failure.ConfigurationException;
import dev.tegula.hibernate.files.FileConversions;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.hibernate.boot.spi.BootstrapContext;
import org.jspecify.annotations.Nullable;

/**
 * What mapping files say of a class. Hibernate lays it over the class's own annotations and shows both as annotations, in
 * other terms on 6.6 than on 7: the two ways are classes of their own, and only that of the Hibernate at hand is loaded. What
 * it left out of them is added from the files themselves.
 */
final class MappingFiles {

    /** Takes the annotations of a class (attribute null) and those of each of its attributes. */
    interface Overlay {
        void show(Class<?> type, BiConsumer<@Nullable String, Collection<? extends Annotation>> annotations);
    }

    private final Overlay overlay;
    private final FileMembers conversions;

    private MappingFiles(Overlay overlay, FileMembers conversions) {
        this.overlay = overlay;
        this.conversions = conversions;
    }

    /**
     * Those of a session factory that is being built.
     *
     * @throws ConfigurationException if this Hibernate shows them in neither way, or a file names an encrypting
     *     converter where nothing encrypts with it
     */
    static MappingFiles of(BootstrapContext context) {
        FileMembers conversions = new FileMembers(FileConversions.of(context));
        try {
            Object models = BootstrapContext.class.getMethod("getModelsContext").invoke(context);
            return new MappingFiles(new OverlayOfModels(models), conversions);
        } catch (NoSuchMethodException hibernate6) {
            return new MappingFiles(new OverlayOfReflection(context), conversions);
        } catch (ReflectiveOperationException e) {
            throw new ConfigurationException(
                    "This Hibernate does not show what mapping files say, so an encrypting <convert> in them cannot be checked. Tegula"
                            + " supports 6.6 to 7.4.",
                    e);
        }
    }

    /** A class and its attributes, with the annotations that they have after all mapping files. */
    List<Member> members(Class<?> type) {
        List<Member> members = new ArrayList<>();
        for (Class<?> one : Member.hierarchy(type)) {
            members.addAll(conversions.of(one));
            overlay.show(one, (attribute, annotations) -> {
                String place = attribute == null ? one.getName() : one.getName() + "." + attribute;
                members.add(new Member(
                        place + " (with its mapping files)",
                        one,
                        Optional.ofNullable(attribute),
                        new Laid(attribute == null, false, annotations.toArray(new Annotation[0]))));
            });
        }
        return members;
    }

    /** What they say of an entity that has no Java class, or shares it. */
    List<Member> named(String entity) {
        return conversions.named(entity);
    }

    /** The encrypting conversions that they name in a class alone. */
    List<Member> conversions(Class<?> type) {
        return conversions.of(type);
    }

    /**
     * Takes the classes and the entities that were checked.
     *
     * @throws ConfigurationException if a file names an encrypting converter in another
     */
    void checkReached(Set<Class<?>> types, Set<String> entities) {
        conversions.checkReached(types, entities);
    }

    /** Annotations as something that has them. */
    static final class Laid implements AnnotatedElement {

        private final boolean ofType;
        private final boolean byFile;
        private final Annotation[] annotations;

        private Laid(boolean ofType, boolean byFile, Annotation... annotations) {
            this.ofType = ofType;
            this.byFile = byFile;
            this.annotations = annotations;
        }

        static Laid byFile(boolean ofType, Annotation annotation) {
            return new Laid(ofType, true, annotation);
        }

        /** Whether a file says so for certain, whatever Hibernate took from it. */
        boolean byFile() {
            return byFile;
        }

        /** Whether they are those of a class, not of an attribute. */
        boolean ofType() {
            return ofType;
        }

        @Override
        public <T extends Annotation> @Nullable T getAnnotation(Class<T> type) {
            for (Annotation annotation : annotations) {
                if (annotation.annotationType() == type) {
                    return type.cast(annotation);
                }
            }
            return null;
        }

        @Override
        public Annotation[] getAnnotations() {
            return annotations.clone();
        }

        @Override
        public Annotation[] getDeclaredAnnotations() {
            return annotations.clone();
        }
    }
}
