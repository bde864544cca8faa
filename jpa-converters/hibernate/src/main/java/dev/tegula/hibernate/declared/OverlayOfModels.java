package dev.tegula.hibernate.declared;

import java.lang.annotation.Annotation;
import java.util.Collection;
import java.util.function.BiConsumer;
import org.hibernate.models.spi.ClassDetails;
import org.hibernate.models.spi.MemberDetails;
import org.hibernate.models.spi.ModelsContext;
import org.jspecify.annotations.Nullable;

/** The annotations of Hibernate 7. */
final class OverlayOfModels implements MappingFiles.Overlay {

    private final ModelsContext models;

    OverlayOfModels(Object models) {
        this.models = (ModelsContext) models;
    }

    @Override
    public void show(Class<?> type, BiConsumer<@Nullable String, Collection<? extends Annotation>> annotations) {
        ClassDetails details = models.getClassDetailsRegistry().findClassDetails(type.getName());
        if (details == null) {
            return;
        }
        annotations.accept(null, details.getDirectAnnotationUsages());
        details.forEachMember(member -> {
            String attribute = attribute(member);
            if (attribute != null) {
                annotations.accept(attribute, member.getDirectAnnotationUsages());
            }
        });
    }

    private static @Nullable String attribute(MemberDetails member) {
        return member.resolveAttributeName();
    }
}
