package dev.tegula.hibernate.declared;

import java.lang.annotation.Annotation;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;
import org.hibernate.annotations.common.reflection.XClass;
import org.hibernate.annotations.common.reflection.XProperty;
import org.hibernate.boot.spi.BootstrapContext;
import org.jspecify.annotations.Nullable;

/** The annotations of Hibernate 6.6. */
final class OverlayOfReflection implements MappingFiles.Overlay {

    private final BootstrapContext context;

    OverlayOfReflection(BootstrapContext context) {
        this.context = context;
    }

    @Override
    public void show(Class<?> type, BiConsumer<@Nullable String, Collection<? extends Annotation>> annotations) {
        XClass seen = context.getReflectionManager().toXClass(type);
        annotations.accept(null, Arrays.asList(seen.getAnnotations()));
        for (String access : List.of(XClass.ACCESS_FIELD, XClass.ACCESS_PROPERTY)) {
            for (XProperty property : seen.getDeclaredProperties(access)) {
                annotations.accept(property.getName(), Arrays.asList(property.getAnnotations()));
            }
        }
    }
}
