package dev.tegula.hibernate.declared;

import dev.tegula.failure.ConfigurationException;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.hibernate.boot.spi.BootstrapContext;
import org.jspecify.annotations.Nullable;

/**
 * What mapping files say of a class. Hibernate lays it over the class's own annotations and shows both as annotations, in
 * other terms on 6.6 than on 7: the two ways are classes of their own, and only that of the Hibernate at hand is loaded.
 */
final class MappingFiles {

    /** Takes the annotations of a class (attribute null) and those of each of its attributes. */
    interface Overlay {
        void show(Class<?> type, BiConsumer<@Nullable String, Collection<? extends Annotation>> annotations);
    }

    private final Overlay overlay;

    private MappingFiles(Overlay overlay) {
        this.overlay = overlay;
    }

    /**
     * Those of a session factory that is being built.
     *
     * @throws ConfigurationException if this Hibernate shows them in neither way
     */
    static MappingFiles of(BootstrapContext context) {
        try {
            Object models = BootstrapContext.class.getMethod("getModelsContext").invoke(context);
            return new MappingFiles(new OverlayOfModels(models));
        } catch (NoSuchMethodException hibernate6) {
            return new MappingFiles(new OverlayOfReflection(context));
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
            overlay.show(one, (attribute, annotations) -> {
                String place = attribute == null ? one.getName() : one.getName() + "." + attribute;
                members.add(new Member(
                        place + " (with its mapping files)",
                        one,
                        Optional.ofNullable(attribute),
                        new Laid(attribute == null, annotations.toArray(new Annotation[0]))));
            });
        }
        return members;
    }

    /** Annotations as something that has them. */
    static final class Laid implements AnnotatedElement {

        private final boolean ofType;
        private final Annotation[] annotations;

        private Laid(boolean ofType, Annotation[] annotations) {
            this.ofType = ofType;
            this.annotations = annotations;
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
