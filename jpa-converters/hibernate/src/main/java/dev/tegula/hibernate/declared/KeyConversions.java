package dev.tegula.hibernate.declared;

import dev.tegula.jpa.EncryptedConverter;
import jakarta.persistence.Convert;
import java.lang.annotation.Annotation;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.hibernate.annotations.common.annotationfactory.AnnotationDescriptor;
import org.hibernate.annotations.common.annotationfactory.AnnotationFactory;
import org.hibernate.annotations.common.reflection.MetadataProviderInjector;
import org.hibernate.boot.jaxb.mapping.AttributesContainer;
import org.hibernate.boot.jaxb.mapping.CollectionAttribute;
import org.hibernate.boot.jaxb.mapping.JaxbConvert;
import org.hibernate.boot.jaxb.mapping.ManagedType;
import org.hibernate.boot.model.internal.JPAXMLOverriddenMetadataProvider;
import org.hibernate.boot.model.internal.XMLContext;
import org.hibernate.boot.spi.BootstrapContext;
import org.jspecify.annotations.Nullable;

/**
 * The {@code <map-key-convert>} elements that encrypt. Hibernate 6.6 reads them from mapping files and then forgets them, so
 * its annotations do not have them.
 */
final class KeyConversions {

    private final BootstrapContext context;
    private final XMLContext files;

    KeyConversions(BootstrapContext context) {
        this.context = context;
        MetadataProviderInjector reflection = (MetadataProviderInjector) context.getReflectionManager();
        this.files = ((JPAXMLOverriddenMetadataProvider) reflection.getMetadataProvider()).getXMLContext();
    }

    /** Those of a class, as the annotations that would say the same. */
    void show(Class<?> type, BiConsumer<@Nullable String, Collection<? extends Annotation>> annotations) {
        Optional.ofNullable(files.getManagedTypeOverride(type.getName())).map(ManagedType::getAttributes).stream()
                .flatMap(KeyConversions::collections)
                .forEach(attribute -> annotations.accept(
                        attribute.getName(),
                        attribute.getMapKeyConvert().stream()
                                .flatMap(convert -> annotation(type, convert).stream())
                                .toList()));
    }

    private static Stream<CollectionAttribute> collections(AttributesContainer attributes) {
        return Stream.of(
                        attributes.getElementCollectionAttributes(),
                        attributes.getOneToManyAttributes(),
                        attributes.getManyToManyAttributes())
                .flatMap(List::stream);
    }

    private Optional<Convert> annotation(Class<?> type, JaxbConvert convert) {
        if (convert.getConverter() == null) {
            return Optional.empty();
        }
        Class<?> converter = context.getClassLoaderAccess()
                .classForName(XMLContext.buildSafeClassName(
                        convert.getConverter(), files.getDefaultWithoutGlobalCatalogAndSchema(type.getName())));
        if (!EncryptedConverter.class.isAssignableFrom(converter)) {
            return Optional.empty();
        }
        AnnotationDescriptor annotation = new AnnotationDescriptor(Convert.class);
        annotation.setValue("attributeName", ofKey(convert.getAttributeName()));
        annotation.setValue("converter", converter);
        annotation.setValue("disableConversion", Boolean.TRUE.equals(convert.isDisableConversion()));
        return Optional.of(AnnotationFactory.create(annotation));
    }

    private static String ofKey(@Nullable String name) {
        if (name == null || name.isEmpty() || name.equals("key")) {
            return "key";
        }
        return name.startsWith("key.") ? name : "key." + name;
    }
}
